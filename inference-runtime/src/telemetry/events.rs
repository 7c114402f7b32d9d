//! The turns that a prediction takes on its way, as events of the log.

use std::time::Duration;

use crate::{InferenceError, operation::Model, policy::BreakerState};

/// Who asks whom.
pub(crate) struct Asked<'a> {
    pub(crate) operation: &'static str,
    pub(crate) model: &'a Model,
}

/// A call has failed and another one will be made.
pub(crate) fn retrying(asked: &Asked<'_>, calls_made: u32, wait: Duration, error: &InferenceError) {
    tracing::debug!(
        operation = asked.operation,
        model = %asked.model,
        calls_made,
        wait_ms = wait.as_secs_f64() * 1_000.0,
        error.type = error.kind().as_str(),
        "asking again"
    );
}

/// A call takes its time and a second one is made.
pub(crate) fn hedging(asked: &Asked<'_>) {
    tracing::debug!(operation = asked.operation, model = %asked.model, "asking a second time");
}

/// A model is asked no more, or again.
pub(crate) fn breaker(asked: &Asked<'_>, state: BreakerState) {
    let (operation, model, state) = (asked.operation, asked.model, state.as_str());
    match state {
        "closed" => {
            tracing::info!(operation, %model, breaker.state = state, "the model is asked again")
        }
        _ => {
            tracing::warn!(operation, %model, breaker.state = state, "the model is left alone for a while")
        }
    }
}

/// No model has answered, and an old answer stands in for one.
pub(crate) fn stale(operation: &'static str, age: Duration, error: &InferenceError) {
    tracing::debug!(
        operation,
        age_s = age.as_secs_f64(),
        error.type = error.kind().as_str(),
        "answered with an old answer"
    );
}

/// An old answer was served, and its successor could not be had.
pub(crate) fn refresh_failed(asked: &Asked<'_>, error: &InferenceError) {
    tracing::debug!(
        operation = asked.operation,
        model = %asked.model,
        error.type = error.kind().as_str(),
        "an old answer could not be refreshed"
    );
}
