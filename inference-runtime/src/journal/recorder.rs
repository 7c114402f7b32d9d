//! What is told of one prediction, whichever way it goes.

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

/// A prediction under way. Dropped without an end it has been cancelled.
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

    /// Writes a failure to the log.
    pub(crate) fn log(&self, error: &InferenceError) {
        self.inference.log(self.spec, error);
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// One answer to one question.
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
        // What an earlier call has used, or that of another request, is not used again.
        let own = source == Source::Model && !cache.is_shared();
        let end = End {
            source: Some(source),
            elapsed: *elapsed,
            model: Some(&*origin.model),
            provider: origin.provider.as_deref(),
            age,
            usage: origin.usage.filter(|_| own),
            finish_reason: T::finish_reason(value),
            cache: cache.as_str(),
            ..End::default()
        };
        tell(self.inference, self.spec, &self.span, &end);
        content::record_output(self.inference, &self.span, &**value);
    }

    /// The answers to several inputs, of which this source says most.
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
        tell(self.inference, self.spec, &self.span, &end);
    }

    /// A stream has begun. Its end is told by who watches it.
    pub(super) fn begun(mut self) -> Span {
        self.ended = true;
        let outcome = Outcome::Answered(Source::Model);
        let (cache, elapsed) = (CacheReport::Off, self.started.elapsed());
        self.inference
            .record(self.spec, outcome, cache, None, self.started, elapsed);
        self.span.clone()
    }

    pub(crate) fn failed(mut self, error: InferenceError, cache: CacheReport) -> InferenceError {
        self.ended = true;
        let error = error.after(self.started.elapsed());
        let (inference, spec) = (self.inference, self.spec);
        // The line stands with its prediction.
        self.span.in_scope(|| inference.log(spec, &error));
        let elapsed = error.elapsed();
        inference.record(spec, Outcome::Failed, cache, None, self.started, elapsed);
        let end = End {
            error: Some(error.kind().as_str()),
            elapsed: error.elapsed(),
            cache: cache.as_str(),
            ..End::default()
        };
        tell(inference, spec, &self.span, &end);
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

/// Nobody waits any more for a prediction, or for what is left of it.
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
    tell(inference, spec, span, &end);
}

/// Tells the span and the metrics.
pub(super) fn tell(inference: &Inference, spec: &'static Spec, span: &Span, end: &End<'_>) {
    let source = match end.source {
        Some(source) => source.as_str(),
        // The fallback is evaluated by the handler, whatever it was that failed.
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
