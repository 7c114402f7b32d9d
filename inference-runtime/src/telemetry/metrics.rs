//! Counters, gauges and histograms, for the recorder that the program has installed.
//!
//! Label values come from the program, its configuration and this crate, never from a request, so that the number of
//! series is bounded by the number of operations and models.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::OnceLock,
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt};
use metrics::{
    Counter, Histogram, SharedString, Unit, counter, describe_counter, describe_gauge,
    describe_histogram, gauge, histogram,
};
use tokio::time::Instant;

use super::{CANCELLED, CallLabels, End};
use crate::{
    InferenceError,
    answer::{Source, Usage},
    operation::{Spec, registered},
};

const REQUESTS: &str = "inference_requests_total";
const DURATION: &str = "inference_request_duration_seconds";
const REJECTED: &str = "inference_refused_total";
const CACHE: &str = "inference_cache_requests_total";
const CACHE_ENTRIES: &str = "inference_cache_entries";
const CACHE_UNAVAILABLE: &str = "inference_cache_out";
const UPSTREAM: &str = "inference_upstream_duration_seconds";
const FIRST_CHUNK: &str = "inference_time_to_first_chunk_seconds";
const TOKENS: &str = "inference_tokens_total";
const RETRIES: &str = "inference_retries_total";
const REFRESHES: &str = "inference_refreshes_total";
const HEDGES: &str = "inference_hedges_total";
const BREAKER_TRANSITIONS: &str = "inference_breaker_transitions_total";
const BREAKER_STATE: &str = "inference_breaker_state";

/// The metric handles that a hit needs, kept so that it looks up no names and allocates nothing.
///
/// Each is created on first use, with the recorder of that moment.
pub(crate) struct Meters(HashMap<usize, OperationMeters, BuildHasherDefault<AddressHasher>>);

#[derive(Default)]
struct OperationMeters {
    answered: [OnceLock<(Counter, Histogram)>; 3],
    cache: OnceLock<Counter>,
}

/// Hashes the address of a static, whose bits are distinct except for the lowest.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(32)
    }
}

impl Default for Meters {
    fn default() -> Self {
        describe();
        let operations = registered().into_iter();
        Self(
            operations
                .map(|spec| (address(spec), OperationMeters::default()))
                .collect(),
        )
    }
}

fn address(spec: &'static Spec) -> usize {
    std::ptr::from_ref(spec).addr()
}

impl Meters {
    /// Records the end of a prediction.
    pub(crate) fn ended(&self, spec: &'static Spec, source: &'static str, end: &End<'_>) {
        let operation = spec.name();
        let new = || {
            let error = end.error.unwrap_or_default();
            (
                counter!(REQUESTS, "operation" => operation, "source" => source, "error_type" => error),
                histogram!(DURATION, "operation" => operation, "source" => source),
            )
        };
        let lookup =
            |result: &'static str| counter!(CACHE, "operation" => operation, "result" => result);
        let meters = self.0.get(&address(spec));
        let index = match (end.source, end.error) {
            (Some(Source::Model), None) => Some(0),
            (Some(Source::Cache), None) => Some(1),
            (Some(Source::Stale), None) => Some(2),
            _ => None,
        };
        if let (Some(meters), Some(index)) = (meters, index) {
            let (counter, histogram) = meters.answered[index].get_or_init(new);
            counter.increment(1);
            histogram.record(end.elapsed);
        } else {
            let (counter, histogram) = new();
            counter.increment(1);
            histogram.record(end.elapsed);
        }
        match (end.cache, meters) {
            (Some("hit"), Some(meters)) => meters.cache.get_or_init(|| lookup("hit")).increment(1),
            (Some(result), _) => lookup(result).increment(1),
            (None, _) => {}
        }
    }

    /// Records that the handler rejected an answer.
    pub(crate) fn rejected(&self, spec: &'static Spec, error: &InferenceError) {
        counter!(REJECTED, "operation" => spec.name(), "error_type" => error.kind().as_str())
            .increment(1);
    }
}

/// Returns a metric with the labels of a call to a model.
macro_rules! call_metric {
    ($kind:ident, $name:expr, $labels:expr $(, $label:literal => $value:expr)* $(,)?) => {
        $kind!(
            $name,
            "operation" => $labels.operation,
            "backend" => SharedString::from($labels.model.shared_backend()),
            "model" => SharedString::from($labels.model.shared_name())
            $(, $label => $value)*
        )
    };
}

/// Measures the duration of a call to a model. A call that is dropped before its end counts as cancelled: by a timeout,
/// by the faster of two hedged calls, or because its caller was dropped.
pub(crate) fn timed<'c, R: Send + 'c>(
    labels: &CallLabels<'c>,
    call: BoxFuture<'c, Result<R, InferenceError>>,
) -> BoxFuture<'c, Result<R, InferenceError>> {
    let mut timer = CallTimer {
        labels: *labels,
        started: Instant::now(),
        error: CANCELLED,
    };
    async move {
        let outcome = call.await;
        timer.error = match &outcome {
            Ok(_) => "",
            Err(error) => error.kind().as_str(),
        };
        drop(timer);
        outcome
    }
    .boxed()
}

struct CallTimer<'c> {
    labels: CallLabels<'c>,
    started: Instant,
    error: &'static str,
}

impl Drop for CallTimer<'_> {
    fn drop(&mut self) {
        call_metric!(histogram, UPSTREAM, self.labels, "error_type" => self.error)
            .record(self.started.elapsed());
    }
}

/// Records the token usage of a model's answer.
pub(crate) fn tokens(labels: &CallLabels<'_>, usage: Option<Usage>) {
    let Some(usage) = usage else {
        return;
    };
    for (kind, tokens) in [
        ("input", usage.input_tokens),
        ("output", usage.output_tokens),
    ] {
        if let Some(tokens) = tokens {
            call_metric!(counter, TOKENS, labels, "type" => kind).increment(tokens);
        }
    }
}

pub(crate) fn first_chunk(labels: &CallLabels<'_>, after: Duration) {
    call_metric!(histogram, FIRST_CHUNK, labels).record(after);
}

pub(super) fn retried(labels: &CallLabels<'_>, error: &InferenceError) {
    call_metric!(counter, RETRIES, labels, "error_type" => error.kind().as_str()).increment(1);
}

pub(super) fn refreshed(labels: &CallLabels<'_>, error: Option<&'static str>) {
    call_metric!(counter, REFRESHES, labels, "error_type" => error.unwrap_or_default())
        .increment(1);
}

pub(super) fn hedged(labels: &CallLabels<'_>) {
    call_metric!(counter, HEDGES, labels).increment(1);
}

pub(super) fn breaker_transition(labels: &CallLabels<'_>, state: &'static str) {
    call_metric!(counter, BREAKER_TRANSITIONS, labels, "state" => state).increment(1);
}

/// Sets the gauge of a model's circuit breaker: 0 closed, 1 half-open, 2 open.
pub(crate) fn breaker_state(labels: &CallLabels<'_>, state: impl FnOnce() -> f64) {
    call_metric!(gauge, BREAKER_STATE, labels).set(state());
}

pub(super) fn store_unavailable(unavailable: bool) {
    gauge!(CACHE_UNAVAILABLE).set(if unavailable { 1.0 } else { 0.0 });
}

/// Records the store's number of entries, and whether it is unavailable.
pub(crate) fn store_state(state: impl FnOnce() -> (Option<usize>, bool)) {
    let (entries, unavailable) = state();
    if let Some(entries) = entries {
        // Exact up to 2^53.
        #[allow(clippy::cast_precision_loss, reason = "no store has as many")]
        gauge!(CACHE_ENTRIES).set(entries as f64);
    }
    store_unavailable(unavailable);
}

fn describe() {
    describe_counter!(
        REQUESTS,
        Unit::Count,
        "Predictions, by the source of the answer"
    );
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Duration of predictions; of a stream until its end"
    );
    describe_counter!(REJECTED, Unit::Count, "Answers rejected by the handler");
    describe_counter!(
        CACHE,
        Unit::Count,
        "Predictions with a cache, by the result of the lookup"
    );
    describe_gauge!(
        CACHE_ENTRIES,
        Unit::Count,
        "Entries in the cache, as of the last one stored"
    );
    describe_gauge!(
        CACHE_UNAVAILABLE,
        Unit::Count,
        "1 while the cache store is bypassed because it fails"
    );
    describe_histogram!(
        UPSTREAM,
        Unit::Seconds,
        "Duration of calls to models; of a stream until its first chunk"
    );
    describe_histogram!(
        FIRST_CHUNK,
        Unit::Seconds,
        "Time from the request to a stream's first chunk"
    );
    describe_counter!(
        TOKENS,
        Unit::Count,
        "Tokens used, as counted by the services"
    );
    describe_counter!(RETRIES, Unit::Count, "Calls retried after a failure");
    describe_counter!(
        REFRESHES,
        Unit::Count,
        "Background refreshes of stale answers"
    );
    describe_counter!(HEDGES, Unit::Count, "Hedged calls");
    describe_counter!(
        BREAKER_TRANSITIONS,
        Unit::Count,
        "Transitions of circuit breakers"
    );
    describe_gauge!(BREAKER_STATE, Unit::Count, "0 closed, 1 half open, 2 open");
}
