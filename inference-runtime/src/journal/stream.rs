//! Records a stream from its first chunk to its end.

use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::time::Instant;
use tracing::Span;

use super::{
    Recorder,
    content::StreamedText,
    recorder::{cancelled, emit},
};
use crate::{
    Inference, InferenceError,
    answer::{Origin, Source, Usage},
    backend::Chunk,
    operation::{Model, Spec},
    telemetry::{self, CallLabels, End},
};

/// Records a stream. Dropped before its end, it records the stream as cancelled.
struct StreamRecorder {
    inference: Inference,
    spec: &'static Spec,
    span: Span,
    started: Instant,
    model: Model,
    origin: Origin,
    usage: Option<Usage>,
    finish_reason: Option<String>,
    text: StreamedText,
    error: Option<&'static str>,
    ended: bool,
}

/// Wraps a stream that has just started, and records its chunks and its end.
pub(crate) fn record_stream<S>(
    recorder: Recorder<'_>,
    model: &Model,
    origin: &Origin,
    chunks: S,
) -> impl Stream<Item = Result<Chunk, InferenceError>> + Send + use<S>
where
    S: Stream<Item = Result<Chunk, InferenceError>> + Send,
{
    let (inference, spec, started) = (recorder.inference.clone(), recorder.spec, recorder.started);
    let span = recorder.stream_started();
    let first = started.elapsed();
    telemetry::first_chunk(&labels(spec, model), first);
    if !span.is_disabled() {
        span.record("gen_ai.request.stream", true);
        span.record("gen_ai.response.time_to_first_chunk", first.as_secs_f64());
    }
    let recorder = StreamRecorder {
        text: StreamedText::new(&inference, &span),
        inference,
        spec,
        span,
        started,
        model: model.clone(),
        origin: origin.clone(),
        usage: None,
        finish_reason: None,
        error: None,
        ended: false,
    };
    // `unfold` rather than `inspect`, which does not observe the end.
    stream::unfold(
        (Box::pin(chunks), recorder),
        |(mut chunks, mut recorder)| async {
            match chunks.next().await {
                Some(chunk) => {
                    recorder.observe(&chunk);
                    Some((chunk, (chunks, recorder)))
                }
                None => {
                    recorder.end();
                    None
                }
            }
        },
    )
}

fn labels<'a>(spec: &'static Spec, model: &'a Model) -> CallLabels<'a> {
    CallLabels {
        operation: spec.name(),
        model,
    }
}

impl StreamRecorder {
    fn observe(&mut self, chunk: &Result<Chunk, InferenceError>) {
        match chunk {
            Ok(chunk) => {
                if let Some(reason) = &chunk.finish_reason {
                    self.finish_reason = Some(reason.clone());
                }
                // Some services report the usage in every chunk: the last one counts.
                self.usage = chunk.usage.or(self.usage);
                self.text.push(&chunk.text);
            }
            Err(error) => self.error = Some(error.kind().as_str()),
        }
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn end(&mut self) {
        self.ended = true;
        telemetry::tokens(&labels(self.spec, &self.model), self.usage);
        let end = End {
            source: Some(Source::Model),
            error: self.error,
            elapsed: self.elapsed(),
            model: self.origin.model.as_deref(),
            provider: self.origin.provider.as_deref(),
            usage: self.usage,
            finish_reason: self.finish_reason.as_deref(),
            ..End::default()
        };
        emit(&self.inference, self.spec, &self.span, &end);
        self.text.record(&self.span);
    }
}

impl Drop for StreamRecorder {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // A reader that stops after an error or the last chunk has read all of the stream.
        if self.error.is_some() || self.finish_reason.is_some() {
            self.end();
        } else {
            let (source, elapsed) = (Some(Source::Model), self.elapsed());
            cancelled(&self.inference, self.spec, &self.span, source, elapsed);
        }
    }
}
