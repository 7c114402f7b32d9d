//! Browser tests of the examples: their processes, with a scripted model service or without a token, and a browser that
//! types, clicks and reads.
//!
//! The tests need chromium and chromedriver, so they only run by name: `cargo test -p examples --test browser`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed precondition fails the test"
)]

mod captions;
mod chat;
mod chromium;
mod models;
mod moderation;
mod search;
mod sentiment;
mod service;
mod without_token;

use chromium::{Tab, with_browser};
use service::Service;
