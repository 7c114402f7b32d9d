//! The examples as somebody meets them: their processes, with a model service on loopback or without a token, and a
//! browser that types, clicks and reads.
//!
//! It needs chromium and chromedriver, so it runs by its name only: `cargo test -p examples --test browser`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod captions;
mod chat;
mod chromium;
mod models;
mod moderation;
mod search;
mod sentiment;
mod service;
mod without_a_token;

use chromium::{Tab, browse};
use service::Service;
