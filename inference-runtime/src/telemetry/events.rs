//! The turns that a prediction takes on its way, as events of the log.
//!
//! What comes with every request while a service is down is said at the level of debugging: the log is told when it
//! begins and when it ends.

use std::{fmt, time::Duration};

use tracing::Span;

use super::metrics;
use crate::{InferenceError, operation::Model};

/// Who asks whom.
#[derive(Clone, Copy)]
pub(crate) struct CallLabels<'a> {
    pub(crate) operation: &'static str,
    pub(crate) model: &'a Model,
}

/// An event about a model that was asked.
macro_rules! event {
    ($level:ident, $asked:ident, $($rest:tt)+) => {
        tracing::$level!(
            operation = $asked.operation,
            backend = $asked.model.backend(),
            model = $asked.model.name(),
            $($rest)+
        )
    };
}

/// A call has failed and another one will be made.
pub(crate) fn retrying(
    asked: &CallLabels<'_>,
    calls_made: u32,
    wait: Duration,
    error: &InferenceError,
) {
    metrics::retried(asked, error);
    event!(
        debug,
        asked,
        error.type = error.kind().as_str(),
        calls_made,
        wait_ms = wait.as_secs_f64() * 1_000.0,
        "asking again"
    );
}

/// A call takes its time and a second one is made.
pub(crate) fn hedging(asked: &CallLabels<'_>) {
    metrics::hedged(asked);
    event!(debug, asked, "asking a second time");
}

/// The circuit breaker of a model opened or closed.
pub(crate) fn breaker(asked: &CallLabels<'_>, state: &'static str, opened: bool) {
    metrics::breaker_turned(asked, state);
    if opened {
        event!(
            warn,
            asked,
            breaker.state = state,
            "the model is left alone for a while"
        );
    } else {
        event!(
            info,
            asked,
            breaker.state = state,
            "the model is asked again"
        );
    }
}

/// A chain goes on without a model that nobody has configured; only the first time is news.
pub(crate) fn skipped(asked: &CallLabels<'_>, error: &InferenceError, first: bool) {
    let kind = error.kind().as_str();
    if first {
        event!(warn, asked, error.type = kind, "skipped: {error}");
    } else {
        event!(debug, asked, error.type = kind, "skipped: {error}");
    }
}

/// No model has answered, and an old answer stands in for one.
pub(crate) fn stale(operation: &'static str, age: Duration, error: &InferenceError) {
    tracing::debug!(
        operation,
        error.type = error.kind().as_str(),
        age_s = age.as_secs_f64(),
        "answered with an old answer"
    );
}

/// No model has answered, and the annotation's fallback did.
pub(crate) fn fell_back(operation: &'static str, error: &InferenceError) {
    tracing::debug!(operation, error.type = error.kind().as_str(), "answered by the fallback");
}

/// An old answer was served, and its successor is there or could not be had.
pub(crate) fn refreshed(asked: &CallLabels<'_>, span: &Span, error: Option<&InferenceError>) {
    let kind = error.map(|error| error.kind().as_str());
    metrics::refreshed(asked, kind);
    if !span.is_disabled() {
        span.record("inference.source", kind.map_or("model", |_| "error"));
        span.record("error.type", kind);
        span.record("otel.status_code", kind.map(|_| "ERROR"));
    }
    if kind.is_some() {
        event!(debug, asked, error.type = kind, "an old answer could not be refreshed");
    }
}

/// Another process has the right to ask, and its answer is waited for.
pub(crate) fn waiting_for_another(asked: &CallLabels<'_>) {
    event!(debug, asked, "waiting for the answer of another process");
}

/// The store has failed and is asked no more for a while.
pub(crate) fn cache_out(error: &dyn fmt::Display) {
    metrics::cache_out(true);
    tracing::warn!("the cache is left out: {error}");
}

/// The store has answered again.
pub(crate) fn cache_back() {
    metrics::cache_out(false);
    tracing::info!("the cache is in use again");
}

/// The store could not write what it had, at the program's end.
pub(crate) fn cache_may_have_lost(error: &dyn fmt::Display) {
    tracing::warn!("the cache may have lost entries: {error}");
}
