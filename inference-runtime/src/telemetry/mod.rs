//! What is told of predictions while they are made.

mod events;

pub(crate) use events::{Asked, breaker, hedging, refresh_failed, retrying, stale};
