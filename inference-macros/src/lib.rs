//! The `#[infer]` attribute.
