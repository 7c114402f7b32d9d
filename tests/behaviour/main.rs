//! How handlers with `#[infer]` behave, driven through real routers.

mod cache;
mod chain;
mod configuration;
mod deliveries;
mod handlers;
mod hooks;
mod single_flight;
