//! Helpers shared by the tests: a scripted upstream, a client, a Redis server, and captures of logs, spans and metrics.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed precondition fails the test"
)]

pub mod client;
pub mod documentation;
pub mod list_model;
pub mod logs;
pub mod models;
pub mod redis;
pub mod scrape;
pub mod spans;
pub mod upstream;
