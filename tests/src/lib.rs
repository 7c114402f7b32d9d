//! What the tests of several behaviours share.

pub mod client;
pub mod models;
