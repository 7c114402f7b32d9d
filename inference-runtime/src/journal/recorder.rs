//! Records one prediction in its span, the metrics, the log and the request report.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Span;

use super::content;
use crate::{
    Inference, InferenceError,
    answer::{Answered, Source},
    call::Call,
    operation::Spec,
    report::{CacheReport, Outcome},
    task::Task,
    telemetry::{CANCELLED, End},
};

/// Records a running prediction. Dropped without an end, it records the prediction as cancelled.
pub(crate) struct Recorder<'a> {
    pub(super) inference: &'a Inference,
    pub(super) spec: &'static Spec,
    pub(super) started: Instant,
    span: Span,
    ended: bool,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new<T: Task>(call: &mut Call<'a, T>) -> Self {
        Self {
            inference: call.inference,
            spec: call.spec,
            started: call.started,
            span: call.span(),
            ended: false,
        }
    }

    /// Logs a failure.
    pub(crate) fn log_error(&self, error: &InferenceError) {
        self.inference.log_error(self.spec, error);
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Records the answer to a single input.
    pub(crate) fn answered<T: Task>(mut self, answered: &Answered<T::Output>, cache: CacheReport) {
        self.ended = true;
        let Answered {
            value,
            origin,
            source,
            age,
            elapsed,
        } = answered;
        let (source, age) = (*source, *age);
        let outcome = Outcome::Answered(source);
        self.inference
            .record(self.spec, outcome, cache, age, self.started, *elapsed);
        // Tokens are counted for the request that made the call, not for one that shared it or read the cache.
        let own_call = source == Source::Model && !cache.is_shared();
        let end = End {
            source: Some(source),
            elapsed: *elapsed,
            model: Some(&*origin.model),
            provider: origin.provider.as_deref(),
            age,
            usage: origin.usage.filter(|_| own_call),
            finish_reason: T::finish_reason(value),
            cache: cache.as_str(),
            ..End::default()
        };
        emit(self.inference, self.spec, &self.span, &end);
        content::record_output(self.inference, &self.span, &**value);
    }

    /// Records the answers to several inputs, with the source that represents them.
    pub(crate) fn answered_each(mut self, source: Source, age: Option<Duration>, items: usize) {
        self.ended = true;
        let outcome = Outcome::Answered(source);
        let elapsed = self.started.elapsed();
        let cache = CacheReport::Off;
        self.inference
            .record(self.spec, outcome, cache, age, self.started, elapsed);
        let end = End {
            source: Some(source),
            elapsed,
            age,
            ..End::default()
        };
        if !self.span.is_disabled() {
            self.span.record("inference.items", items);
        }
        emit(self.inference, self.spec, &self.span, &end);
    }

    /// Records the start of a stream. Its end is recorded by the `StreamRecorder`.
    pub(super) fn stream_started(mut self) -> Span {
        self.ended = true;
        let outcome = Outcome::Answered(Source::Model);
        let (cache, elapsed) = (CacheReport::Off, self.started.elapsed());
        self.inference
            .record(self.spec, outcome, cache, None, self.started, elapsed);
        self.span.clone()
    }

    pub(crate) fn failed(mut self, error: InferenceError, cache: CacheReport) -> InferenceError {
        self.ended = true;
        let error = error.with_elapsed(self.started.elapsed());
        let (inference, spec) = (self.inference, self.spec);
        // Logged within the prediction's span.
        self.span.in_scope(|| inference.log_error(spec, &error));
        let elapsed = error.elapsed();
        inference.record(spec, Outcome::Failed, cache, None, self.started, elapsed);
        let end = End {
            error: Some(error.kind().as_str()),
            elapsed: error.elapsed(),
            cache: cache.as_str(),
            ..End::default()
        };
        emit(inference, spec, &self.span, &end);
        error
    }
}

impl Drop for Recorder<'_> {
    fn drop(&mut self) {
        if !self.ended {
            cancelled(
                self.inference,
                self.spec,
                &self.span,
                None,
                self.started.elapsed(),
            );
        }
    }
}

/// Records that a prediction, or the rest of a stream, was dropped before its end.
pub(super) fn cancelled(
    inference: &Inference,
    spec: &'static Spec,
    span: &Span,
    source: Option<Source>,
    elapsed: Duration,
) {
    let end = End {
        source,
        error: Some(CANCELLED),
        elapsed,
        ..End::default()
    };
    emit(inference, spec, span, &end);
}

/// Records the end of a prediction in its span and the metrics.
pub(super) fn emit(inference: &Inference, spec: &'static Spec, span: &Span, end: &End<'_>) {
    let source = match end.source {
        Some(source) => source.as_str(),
        // The handler evaluates the fallback after any failure.
        None if spec.has_fallback() && end.error != Some(CANCELLED) => Source::Fallback.as_str(),
        None => "error",
    };
    inference.meters().ended(spec, source, end);
    if span.is_disabled() {
        return;
    }
    span.record("inference.source", source);
    span.record("inference.cache", end.cache);
    span.record("inference.age", end.age.map(|age| age.as_secs_f64()));
    span.record("inference.provider", end.provider);
    span.record("gen_ai.response.model", end.model);
    if let Some(reason) = end.finish_reason {
        span.record(
            "gen_ai.response.finish_reasons",
            tracing::field::debug([reason]),
        );
    }
    if let Some(usage) = end.usage {
        span.record("gen_ai.usage.input_tokens", usage.input_tokens);
        span.record("gen_ai.usage.output_tokens", usage.output_tokens);
    }
    if let Some(error) = end.error {
        record_error(span, error);
    }
}

/// Records an error in a span.
pub(super) fn record_error(span: &Span, error: &'static str) {
    span.record("error.type", error);
    span.record("otel.status_code", "ERROR");
}
