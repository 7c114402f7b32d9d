//! Real servers of others, each asked through a handler. `scripts/third-party` installs them and runs this.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod litellm;
mod mlserver;
mod server;
