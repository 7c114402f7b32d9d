//! What is told of predictions while they are made: a span for each, events for the turns they take, and metrics.

mod content;
mod events;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "no_metrics.rs"]
mod metrics;
mod span;
mod story;
mod watch;

pub(crate) use content::asked_about;
pub(crate) use events::{
    Asked, breaker, cache_back, cache_may_have_lost, cache_out, fell_back, hedging, refreshed,
    retrying, skipped, stale, waiting_for_another,
};
pub(crate) use metrics::{Meters, breaker_is, cache_holds, timed, tokens};
pub(crate) use span::{prediction, refresh};
pub(crate) use story::{Story, refused};
pub(crate) use watch::watched;
