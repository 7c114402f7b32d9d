//! Emitters of log events and metrics. They take plain values: the modules above decide when to call them.

mod end;
mod events;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "no_metrics.rs"]
mod metrics;

pub(crate) use end::{CANCELLED, End};
pub(crate) use events::{
    CallLabels, breaker, cache_back, cache_may_have_lost, cache_out, fell_back, hedging, refreshed,
    retrying, skipped, stale, waiting_for_another,
};
pub(crate) use metrics::{Meters, breaker_is, cache_holds, first_chunk, timed, tokens};
