//! Counters, gauges and histograms, for whatever recorder the program has installed.
//!
//! Their labels are names out of the program and its configuration, and words out of this crate: what comes with a
//! request is in none of them, so that there are as many series as the program has operations and models.

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
const REFUSED: &str = "inference_refused_total";
const CACHE: &str = "inference_cache_requests_total";
const CACHE_ENTRIES: &str = "inference_cache_entries";
const CACHE_OUT: &str = "inference_cache_out";
const UPSTREAM: &str = "inference_upstream_duration_seconds";
const FIRST_CHUNK: &str = "inference_time_to_first_chunk_seconds";
const TOKENS: &str = "inference_tokens_total";
const RETRIES: &str = "inference_retries_total";
const REFRESHES: &str = "inference_refreshes_total";
const HEDGES: &str = "inference_hedges_total";
const BREAKER_TURNS: &str = "inference_breaker_transitions_total";
const BREAKER: &str = "inference_breaker_state";

/// The meters that a hit needs, kept so that it looks nothing up by name and allocates nothing.
///
/// Each is made when it is first used, with the recorder of that moment.
pub(crate) struct Meters(HashMap<usize, OfOperation, BuildHasherDefault<Address>>);

#[derive(Default)]
struct OfOperation {
    answered: [OnceLock<(Counter, Histogram)>; 3],
    cache: OnceLock<Counter>,
}

/// Hashes the address of a static: it is as good as a hash but for its lowest bits.
#[derive(Default)]
struct Address(u64);

impl Hasher for Address {
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
                .map(|spec| (address(spec), OfOperation::default()))
                .collect(),
        )
    }
}

fn address(spec: &'static Spec) -> usize {
    std::ptr::from_ref(spec).addr()
}

impl Meters {
    /// A prediction has ended.
    pub(crate) fn ended(&self, spec: &'static Spec, source: &'static str, end: &End<'_>) {
        let operation = spec.name();
        let new = || {
            let error = end.error.unwrap_or_default();
            (
                counter!(REQUESTS, "operation" => operation, "source" => source, "error_type" => error),
                histogram!(DURATION, "operation" => operation, "source" => source),
            )
        };
        let looked_up =
            |result: &'static str| counter!(CACHE, "operation" => operation, "result" => result);
        let kept = self.0.get(&address(spec));
        let place = match (end.source, end.error) {
            (Some(Source::Model), None) => Some(0),
            (Some(Source::Cache), None) => Some(1),
            (Some(Source::Stale), None) => Some(2),
            _ => None,
        };
        if let (Some(kept), Some(place)) = (kept, place) {
            let (counter, histogram) = kept.answered[place].get_or_init(new);
            counter.increment(1);
            histogram.record(end.elapsed);
        } else {
            let (counter, histogram) = new();
            counter.increment(1);
            histogram.record(end.elapsed);
        }
        match (end.cache, kept) {
            (Some("hit"), Some(kept)) => kept.cache.get_or_init(|| looked_up("hit")).increment(1),
            (Some(result), _) => looked_up(result).increment(1),
            (None, _) => {}
        }
    }

    /// The handler could not use an answer.
    pub(crate) fn refused(&self, spec: &'static Spec, error: &InferenceError) {
        counter!(REFUSED, "operation" => spec.name(), "error_type" => error.kind().as_str())
            .increment(1);
    }
}

/// The labels of what is told of a model.
macro_rules! of_model {
    ($kind:ident, $name:expr, $asked:expr $(, $label:literal => $value:expr)* $(,)?) => {
        $kind!(
            $name,
            "operation" => $asked.operation,
            "backend" => SharedString::from($asked.model.shared_backend()),
            "model" => SharedString::from($asked.model.shared_name())
            $(, $label => $value)*
        )
    };
}

/// A call to a model, timed. One that is dropped before its end has been cancelled: by a time limit, by the faster of
/// two, or since nobody waited any more.
pub(crate) fn timed<'c, R: Send + 'c>(
    asked: &CallLabels<'c>,
    call: BoxFuture<'c, Result<R, InferenceError>>,
) -> BoxFuture<'c, Result<R, InferenceError>> {
    let mut running = Running {
        asked: *asked,
        started: Instant::now(),
        error: CANCELLED,
    };
    async move {
        let outcome = call.await;
        running.error = match &outcome {
            Ok(_) => "",
            Err(error) => error.kind().as_str(),
        };
        drop(running);
        outcome
    }
    .boxed()
}

struct Running<'c> {
    asked: CallLabels<'c>,
    started: Instant,
    error: &'static str,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        of_model!(histogram, UPSTREAM, self.asked, "error_type" => self.error)
            .record(self.started.elapsed());
    }
}

/// What a model's answer has used.
pub(crate) fn tokens(asked: &CallLabels<'_>, usage: Option<Usage>) {
    let Some(usage) = usage else {
        return;
    };
    for (kind, tokens) in [
        ("input", usage.input_tokens),
        ("output", usage.output_tokens),
    ] {
        if let Some(tokens) = tokens {
            of_model!(counter, TOKENS, asked, "type" => kind).increment(tokens);
        }
    }
}

pub(crate) fn first_chunk(asked: &CallLabels<'_>, after: Duration) {
    of_model!(histogram, FIRST_CHUNK, asked).record(after);
}

pub(super) fn retried(asked: &CallLabels<'_>, error: &InferenceError) {
    of_model!(counter, RETRIES, asked, "error_type" => error.kind().as_str()).increment(1);
}

pub(super) fn refreshed(asked: &CallLabels<'_>, error: Option<&'static str>) {
    of_model!(counter, REFRESHES, asked, "error_type" => error.unwrap_or_default()).increment(1);
}

pub(super) fn hedged(asked: &CallLabels<'_>) {
    of_model!(counter, HEDGES, asked).increment(1);
}

pub(super) fn breaker_turned(asked: &CallLabels<'_>, state: &'static str) {
    of_model!(counter, BREAKER_TURNS, asked, "state" => state).increment(1);
}

/// Sets the gauge of a model's circuit breaker: 0 closed, 1 half-open, 2 open.
pub(crate) fn breaker_is(asked: &CallLabels<'_>, state: impl FnOnce() -> f64) {
    of_model!(gauge, BREAKER, asked).set(state());
}

pub(super) fn cache_out(out: bool) {
    gauge!(CACHE_OUT).set(if out { 1.0 } else { 0.0 });
}

/// What the store says of itself: its entries, and whether it is left out.
pub(crate) fn cache_holds(look: impl FnOnce() -> (Option<usize>, bool)) {
    let (entries, out) = look();
    if let Some(entries) = entries {
        // Exact up to 2^53.
        #[allow(clippy::cast_precision_loss, reason = "no store has as many")]
        gauge!(CACHE_ENTRIES).set(entries as f64);
    }
    cache_out(out);
}

fn describe() {
    describe_counter!(REQUESTS, Unit::Count, "Predictions, by who answered");
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Whole predictions; of a stream until its end"
    );
    describe_counter!(
        REFUSED,
        Unit::Count,
        "Answers that the handler could not use"
    );
    describe_counter!(
        CACHE,
        Unit::Count,
        "Predictions whose answers are kept, by what the cache had"
    );
    describe_gauge!(
        CACHE_ENTRIES,
        Unit::Count,
        "Entries in the cache, as of the last one put there"
    );
    describe_gauge!(
        CACHE_OUT,
        Unit::Count,
        "1 while the cache is left out since it fails"
    );
    describe_histogram!(
        UPSTREAM,
        Unit::Seconds,
        "Calls to models; of a stream until its first piece"
    );
    describe_histogram!(
        FIRST_CHUNK,
        Unit::Seconds,
        "From the question to a stream's first piece"
    );
    describe_counter!(TOKENS, Unit::Count, "Tokens that services have counted");
    describe_counter!(RETRIES, Unit::Count, "Calls made again after a failure");
    describe_counter!(
        REFRESHES,
        Unit::Count,
        "Old answers asked for anew in the background"
    );
    describe_counter!(HEDGES, Unit::Count, "Second calls beside a slow one");
    describe_counter!(
        BREAKER_TURNS,
        Unit::Count,
        "Circuit breakers opened and closed"
    );
    describe_gauge!(BREAKER, Unit::Count, "0 closed, 1 half open, 2 open");
}
