//! Drop-in model inference for axum handlers.
