//! A prediction as a stream. The chain goes on until a model has sent its first text; from then on the answer is that
//! model's.

use std::{sync::Arc, time::Duration};

use futures_util::{
    FutureExt, StreamExt, future,
    stream::{self, Fuse},
};
use tokio::time::Instant;
use tracing::Instrument;

use super::{
    ResolvedCall,
    attempt::Attempt,
    chain::{Chain, Walk, WalkError, walk},
    resolved::fetch_media,
};
use crate::{
    Inference, InferenceError,
    answer::{Origin, Source},
    backend::{Chunk, Chunks, StreamingResponse},
    call::Call,
    deadline::Deadline,
    error::ErrorKind,
    journal::{Recorder, record_stream},
    operation::{Model, Spec},
    policy::timed_out,
    report::CacheReport,
    runtime::{Plan, PlannedModel},
    task::Task,
};

/// A stream whose first text has arrived.
pub(crate) struct OpenStream {
    pub(crate) chunks: Chunks,
    pub(crate) origin: Origin,
}

/// Opens a stream. It is neither cached nor shared.
pub(crate) async fn open_stream<T: Task>(
    mut call: Call<'_, T>,
) -> Result<OpenStream, InferenceError> {
    let recorder = Recorder::new(&mut call);
    let span = call.span();
    let plan = call.inference.plan(call.spec);
    match open(call, &plan).instrument(span).await {
        Ok((planned, origin, chunks)) => Ok(OpenStream {
            chunks: record_stream(recorder, &planned.model, &origin, chunks).boxed(),
            origin,
        }),
        Err(error) => Err(recorder.failed(error, CacheReport::Off)),
    }
}

type Opened = (Arc<PlannedModel>, Origin, Chunks);

async fn open<T: Task>(mut call: Call<'_, T>, plan: &Arc<Plan>) -> Result<Opened, InferenceError> {
    let inference = call.inference;
    fetch_media(&mut call, plan).await?;
    let call = Arc::new(ResolvedCall::new(call, Arc::clone(plan))?);
    let chain = Chain::new(inference, plan, call.deadline);
    let mut stream = StreamWalk {
        inference,
        call: &call,
    };
    let opened = walk(chain, &mut stream).await;
    let (planned, first, rest) = opened.map_err(WalkError::into_inner)?;
    let chunks = with_idle_timeout(
        rest.chunks,
        plan.timeout,
        inference,
        plan.spec,
        &planned.model,
    );
    let origin = Origin {
        source: Source::Model,
        model: Some(
            rest.model
                .map_or_else(|| Arc::clone(&planned.name), Arc::from),
        ),
        provider: rest.provider.map(Arc::from),
        age: None,
        elapsed: call.started.elapsed(),
        usage: None,
    };
    let chunks = stream::iter([Ok(first)]).chain(chunks).boxed();
    Ok((planned, origin, chunks))
}

struct StreamWalk<'c, T: Task> {
    inference: &'c Inference,
    call: &'c Arc<ResolvedCall<T>>,
}

impl<T: Task> Walk for StreamWalk<'_, T> {
    type Answer = (Arc<PlannedModel>, Chunk, StreamingResponse);

    async fn visit(
        &mut self,
        chain: &Chain<'_>,
        planned: &Arc<PlannedModel>,
    ) -> Result<Result<Self::Answer, InferenceError>, InferenceError> {
        let time = chain.time_for_model();
        let attempt = match Attempt::new(self.inference, planned, self.call, time) {
            Ok(attempt) => attempt,
            Err(error) => return Ok(Err(error)),
        };
        let opened = attempt.open().await;
        Ok(opened.map(|(first, rest)| (Arc::clone(planned), first, rest)))
    }
}

impl<T: Task> Attempt<'_, T> {
    /// Calls the model for a stream, and waits for its first text. A stream is not retried after that.
    async fn open(&self) -> Result<(Chunk, StreamingResponse), InferenceError> {
        let deadline = Deadline::after(self.time);
        let request = self.call.request(self.planned, &deadline)?;
        let guards = &self.planned.guards;
        let send = || {
            let opened = async {
                let mut response = self.backend.stream(&request).await?;
                // Fused: a backend's stream may panic when it is polled after its end.
                let mut chunks = response.chunks.fuse();
                let first = first_text(&mut chunks, &deadline).await?;
                response.chunks = chunks.boxed();
                Ok((first, response))
            };
            opened.boxed()
        };
        let opened = deadline.wait_for(guards.call(&deadline, send)).await;
        let opened = opened.unwrap_or_else(|| Err(timed_out(self.time, "timeout")));
        let ((first, mut response), permit) = opened?;
        if permit.is_some() {
            // A stream holds its permit until its end.
            let held = stream::unfold(
                (response.chunks, permit),
                |(mut chunks, permit)| async move { Some((chunks.next().await?, (chunks, permit))) },
            );
            response.chunks = held.boxed();
        }
        Ok((first, response))
    }
}

/// Reads until the first text. Reasoning before it extends the deadline, since the model is at work.
async fn first_text(
    chunks: &mut Fuse<Chunks>,
    deadline: &Deadline,
) -> Result<Chunk, InferenceError> {
    let mut first = Chunk::default();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if !chunk.reasoning.is_empty() {
            deadline.extend(Instant::now() + deadline.limit());
        }
        first.finish_reason = chunk.finish_reason.or(first.finish_reason);
        first.usage = chunk.usage.or(first.usage);
        if !chunk.text.is_empty() {
            first.text = chunk.text;
            return Ok(first);
        }
    }
    Err(InferenceError::new(
        ErrorKind::UnexpectedOutput,
        "the stream ended without any text",
    ))
}

/// Ends a stream with an error if no chunk arrives for this time. An error is logged, and is the last item.
fn with_idle_timeout(
    chunks: Chunks,
    idle: Duration,
    inference: &Inference,
    spec: &'static Spec,
    model: &Model,
) -> impl futures_util::Stream<Item = Result<Chunk, InferenceError>> + Send + use<> {
    let source = Arc::new((inference.clone(), model.clone()));
    stream::unfold(Some(chunks), move |chunks| {
        let source = Arc::clone(&source);
        async move {
            let mut chunks = chunks?;
            let next = match tokio::time::timeout(idle, chunks.next()).await {
                Ok(next) => next?,
                Err(_) => Err(InferenceError::new(
                    ErrorKind::Timeout,
                    "no part of the stream arrived within `timeout`",
                )),
            };
            match next {
                Ok(chunk) => Some((Ok(chunk), Some(chunks))),
                Err(error) => {
                    let (inference, model) = &*source;
                    let error = error.with_model(model.backend(), model.name());
                    inference.log_error(spec, &error);
                    Some((Err(error), None))
                }
            }
        }
    })
    .filter(|chunk| future::ready(!matches!(chunk, Ok(chunk) if chunk.is_empty())))
}
