//! Third-party servers, called through handlers. `scripts/third-party` installs them and runs these tests.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a failed precondition fails the test"
)]

mod litellm;
mod mlserver;
mod server;
