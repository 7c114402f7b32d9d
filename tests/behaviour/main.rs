//! Behaviour of handlers with `#[infer]`, tested through real routers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed precondition fails the test"
)]

mod cache;
mod chain;
mod chat;
mod configuration;
mod deliveries;
mod each;
mod each_flights;
mod handlers;
mod hooks;
mod hugging_face;
mod ladder_properties;
mod local;
mod media;
mod policies;
mod prompts;
mod providers;
mod registry;
mod services;
mod single_flight;
mod stores;
mod streams;
mod structured;
mod supports;
mod telemetry;
