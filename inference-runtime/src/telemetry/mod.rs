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
    CallLabels, breaker, fallback, flush_failed, hedging, refreshed, retrying, skipped, stale,
    store_available, store_unavailable, waiting_for_lease,
};
pub(crate) use metrics::{Meters, breaker_state, first_chunk, store_state, timed, tokens};
