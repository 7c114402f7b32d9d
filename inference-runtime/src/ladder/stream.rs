//! An answer as it comes. The chain goes on until a model has given its first piece; from then on it is that model's.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, future, stream};
use tokio::time::Instant;
use tracing::Instrument;

use super::{ResolvedCall, chain::Chain, resolved::fetched, shared_call::asking};
use crate::{
    Inference, InferenceError,
    answer::{Origin, Source},
    backend::{Chunk, Chunks, StreamingResponse},
    call::Call,
    deadline::Deadline,
    error::ErrorKind,
    journal::{Recorder, record_stream},
    operation::{Model, Spec},
    report::CacheReport,
    runtime::PlannedModel,
    task::Task,
};

/// A stream whose first piece is there.
pub(crate) struct OpenStream {
    pub(crate) chunks: Chunks,
    pub(crate) origin: Origin,
}

/// Opens a stream. It is neither kept nor shared: it is one caller's.
pub(crate) async fn open_stream<T: Task>(
    mut call: Call<'_, T>,
) -> Result<OpenStream, InferenceError> {
    let story = Recorder::new(&mut call);
    let span = call.span();
    let plan = call.inference.plan(call.spec);
    let (inference, spec, started) = (call.inference, call.spec, call.started);
    let opened = async {
        fetched(inference, &mut call, &plan).await?;
        let question = ResolvedCall::of(call, Arc::clone(&plan))?;
        let mut chain = Chain::of(inference, &plan);
        while let Some(served) = chain.next() {
            let model = &served.model;
            let share = chain.share(question.time_left());
            match first(inference, served, &question, share).await {
                Ok((chunk, streamed)) => {
                    let rest =
                        with_deadlines(streamed.chunks, plan.timeout, inference, spec, model);
                    let named = || Arc::clone(&served.name);
                    let origin = Origin {
                        source: Source::Model,
                        model: Some(streamed.model.map_or_else(named, Arc::from)),
                        provider: streamed.provider.map(Arc::from),
                        age: None,
                        elapsed: started.elapsed(),
                        usage: None,
                    };
                    let chunks = stream::iter([Ok(chunk)]).chain(rest);
                    return Ok((served, origin, chunks));
                }
                Err(error) => chain.failed(served, error)?,
            }
        }
        Err(chain.end())
    };
    match opened.instrument(span).await {
        Ok((served, origin, chunks)) => Ok(OpenStream {
            chunks: record_stream(story, &served.model, &origin, chunks).boxed(),
            origin,
        }),
        Err(error) => Err(story.failed(error, CacheReport::Off)),
    }
}

/// The first piece of text of a model's answer, and the stream behind it. The attempt keeps to its share of the time.
async fn first<T: Task>(
    inference: &Inference,
    served: &PlannedModel,
    question: &ResolvedCall<T>,
    share: Duration,
) -> Result<(Chunk, StreamingResponse), InferenceError> {
    let backend = inference.backend(served)?;
    let deadline = Deadline::new(Instant::now() + share);
    let request = question.request(served, deadline.clone())?;
    let asking = asking(&**backend, served, question, share, &deadline);
    asking.stream(&request).await
}

/// Each piece has as long as the whole had to begin; an error is logged, and is the end.
fn with_deadlines(
    chunks: Chunks,
    idle: Duration,
    inference: &Inference,
    spec: &'static Spec,
    model: &Model,
) -> impl futures_util::Stream<Item = Result<Chunk, InferenceError>> + Send + use<> {
    let asked = Arc::new((inference.clone(), model.clone()));
    stream::unfold(Some(chunks), move |chunks| {
        let asked = Arc::clone(&asked);
        async move {
            let mut chunks = chunks?;
            let next = match tokio::time::timeout(idle, chunks.next()).await {
                Ok(next) => next?,
                Err(_) => Err(InferenceError::new(
                    ErrorKind::Timeout,
                    "the model fell silent in the middle of its answer",
                )),
            };
            match next {
                Ok(chunk) => Some((Ok(chunk), Some(chunks))),
                Err(error) => {
                    let (inference, model) = &*asked;
                    let error = error.with_model(model.backend(), model.name());
                    inference.log(spec, &error);
                    Some((Err(error), None))
                }
            }
        }
    })
    .filter(|chunk| future::ready(!matches!(chunk, Ok(chunk) if chunk.is_empty())))
}
