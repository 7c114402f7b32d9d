//! A sentiment service.
fn main() {}
