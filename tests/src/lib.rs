//! What the tests of several behaviours share.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

pub mod client;
pub mod documentation;
pub mod logs;
pub mod models;
pub mod redis;
pub mod scrape;
pub mod spans;
pub mod upstream;
