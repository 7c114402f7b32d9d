//! A stream, watched from its first piece to its end.

use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::time::Instant;
use tracing::Span;

use super::{
    Recorder,
    content::StreamedText,
    recorder::{cancelled, tell},
};
use crate::{
    Inference, InferenceError,
    answer::{Origin, Source, Usage},
    backend::Chunk,
    operation::{Model, Spec},
    telemetry::{self, CallLabels, End},
};

/// What is known of a stream so far. Dropped before its end it has been cancelled.
struct StreamRecorder {
    inference: Inference,
    spec: &'static Spec,
    span: Span,
    started: Instant,
    model: Model,
    origin: Origin,
    usage: Option<Usage>,
    finish_reason: Option<String>,
    heard: StreamedText,
    error: Option<&'static str>,
    ended: bool,
}

/// Watches the pieces of an answer that has begun just now.
pub(crate) fn record_stream<S>(
    story: Recorder<'_>,
    model: &Model,
    origin: &Origin,
    chunks: S,
) -> impl Stream<Item = Result<Chunk, InferenceError>> + Send + use<S>
where
    S: Stream<Item = Result<Chunk, InferenceError>> + Send,
{
    let (inference, spec, started) = (story.inference.clone(), story.spec, story.started);
    let span = story.begun();
    let first = started.elapsed();
    telemetry::first_chunk(&asked(spec, model), first);
    if !span.is_disabled() {
        span.record("gen_ai.request.stream", true);
        span.record("gen_ai.response.time_to_first_chunk", first.as_secs_f64());
    }
    let watch = StreamRecorder {
        heard: StreamedText::new(&inference, &span),
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
    // `unfold` and not `inspect`: the end is seen, too.
    stream::unfold((Box::pin(chunks), watch), |(mut chunks, mut watch)| async {
        match chunks.next().await {
            Some(chunk) => {
                watch.see(&chunk);
                Some((chunk, (chunks, watch)))
            }
            None => {
                watch.end();
                None
            }
        }
    })
}

fn asked<'a>(spec: &'static Spec, model: &'a Model) -> CallLabels<'a> {
    CallLabels {
        operation: spec.name(),
        model,
    }
}

impl StreamRecorder {
    fn see(&mut self, chunk: &Result<Chunk, InferenceError>) {
        match chunk {
            Ok(chunk) => {
                if let Some(reason) = &chunk.finish_reason {
                    self.finish_reason = Some(reason.clone());
                }
                // Some services count in every piece: the last word holds.
                self.usage = chunk.usage.or(self.usage);
                self.heard.add(&chunk.text);
            }
            Err(error) => self.error = Some(error.kind().as_str()),
        }
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn end(&mut self) {
        self.ended = true;
        telemetry::tokens(&asked(self.spec, &self.model), self.usage);
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
        tell(&self.inference, self.spec, &self.span, &end);
        self.heard.tell(&self.span);
    }
}

impl Drop for StreamRecorder {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // Who reads until an error or the model's last word asks for no more.
        if self.error.is_some() || self.finish_reason.is_some() {
            self.end();
        } else {
            let (source, elapsed) = (Some(Source::Model), self.elapsed());
            cancelled(&self.inference, self.spec, &self.span, source, elapsed);
        }
    }
}
