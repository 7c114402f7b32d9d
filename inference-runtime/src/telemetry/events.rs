//! Log events of predictions.
//!
//! Events that every request causes while a service is down are logged at the debug level; the beginning and the end of
//! the outage are logged at a higher one.

use std::{fmt, time::Duration};

use tracing::Span;

use super::metrics;
use crate::{InferenceError, operation::Model};

/// The operation and the model of a call, as fields of events and labels of metrics.
#[derive(Clone, Copy)]
pub(crate) struct CallLabels<'a> {
    pub(crate) operation: &'static str,
    pub(crate) model: &'a Model,
}

/// Logs an event about a call to a model.
macro_rules! event {
    ($level:ident, $labels:ident, $($rest:tt)+) => {
        tracing::$level!(
            operation = $labels.operation,
            backend = $labels.model.backend(),
            model = $labels.model.name(),
            $($rest)+
        )
    };
}

/// Records that a call failed and will be retried.
pub(crate) fn retrying(
    labels: &CallLabels<'_>,
    calls_made: u32,
    wait: Duration,
    error: &InferenceError,
) {
    metrics::retried(labels, error);
    event!(
        debug,
        labels,
        error.type = error.kind().as_str(),
        calls_made,
        wait_ms = wait.as_secs_f64() * 1_000.0,
        "retrying"
    );
}

/// Records that a second call is sent beside a slow one.
pub(crate) fn hedging(labels: &CallLabels<'_>) {
    metrics::hedged(labels);
    event!(debug, labels, "sending a hedged call");
}

/// Records that the circuit breaker of a model opened or closed.
pub(crate) fn breaker(labels: &CallLabels<'_>, state: &'static str, opened: bool) {
    metrics::breaker_transition(labels, state);
    if opened {
        event!(
            warn,
            labels,
            breaker.state = state,
            "circuit breaker opened"
        );
    } else {
        event!(
            info,
            labels,
            breaker.state = state,
            "circuit breaker closed"
        );
    }
}

/// Records that a chain skips a model that is not configured. Only the first time is logged as a warning.
pub(crate) fn skipped(labels: &CallLabels<'_>, error: &InferenceError, first: bool) {
    let kind = error.kind().as_str();
    if first {
        event!(warn, labels, error.type = kind, "model skipped: {error}");
    } else {
        event!(debug, labels, error.type = kind, "model skipped: {error}");
    }
}

/// Records that all models failed and a stale answer was served.
pub(crate) fn stale(operation: &'static str, age: Duration, error: &InferenceError) {
    tracing::debug!(
        operation,
        error.type = error.kind().as_str(),
        age_s = age.as_secs_f64(),
        "served a stale answer"
    );
}

/// Records that a prediction failed and its fallback was served.
pub(crate) fn fallback(operation: &'static str, error: &InferenceError) {
    tracing::debug!(operation, error.type = error.kind().as_str(), "served the fallback");
}

/// Records the outcome of a background refresh.
pub(crate) fn refreshed(labels: &CallLabels<'_>, span: &Span, error: Option<&InferenceError>) {
    let kind = error.map(|error| error.kind().as_str());
    metrics::refreshed(labels, kind);
    if !span.is_disabled() {
        span.record("inference.source", kind.map_or("model", |_| "error"));
        span.record("error.type", kind);
        span.record("otel.status_code", kind.map(|_| "ERROR"));
    }
    if kind.is_some() {
        event!(debug, labels, error.type = kind, "refreshing a stale answer failed");
    }
}

/// Records that another process has the lease, and that this one waits for its answer.
pub(crate) fn waiting_for_lease(labels: &CallLabels<'_>) {
    event!(
        debug,
        labels,
        "waiting for another process to call the model"
    );
}

/// Records that the cache store failed and is bypassed for a while.
pub(crate) fn store_unavailable(error: &dyn fmt::Display) {
    metrics::store_unavailable(true);
    tracing::warn!("cache store unavailable, bypassing it: {error}");
}

/// Records that the cache store works again.
pub(crate) fn store_available() {
    metrics::store_unavailable(false);
    tracing::info!("cache store available again");
}

/// Records that the cache store could not write its pending entries when the program ended.
pub(crate) fn flush_failed(error: &dyn fmt::Display) {
    tracing::warn!("flushing the cache store failed, entries may be lost: {error}");
}
