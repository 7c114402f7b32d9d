//! Models that run in the process, without a token, a network or a download.

mod parameters;
mod sentiment;

use futures_util::future::{BoxFuture, FutureExt};
use inference_spec::nearest;

use self::{parameters::Parameters, sentiment::Sentiment};
use super::{Backend, Request, Response};
use crate::{
    ErrorKind, InferenceError, Task,
    operation::Model,
    task::{Payload, TextClassification},
};

/// The name before `::` in `local::sentiment`.
pub(crate) const NAME: &str = "local";

/// The embedded model.
const SENTIMENT: &str = "sentiment";

/// A longer text (in bytes) is classified on a blocking thread, so that it does not delay other requests.
const MAX_INLINE: usize = 16 << 10;

/// The backend `local`: the embedded model `sentiment` for text classification.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local;

impl Backend for Local {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async move {
            check(request.task(), request.model())?;
            let parameters = Parameters::read(request.parameters().get())?;
            let text = text(request.payload())?;
            let scores = if text.len() <= MAX_INLINE {
                Sentiment::embedded().classify(&text)
            } else {
                classify_on_blocking_thread(text).await?
            };
            parameters.to_response(&scores)
        }
        .boxed()
    }

    fn supports(&self, task: &str, model: &Model) -> Result<(), InferenceError> {
        check(task, model.name())
    }
}

/// Returns an error for other models and tasks.
fn check(task: &str, model: &str) -> Result<(), InferenceError> {
    if model != SENTIMENT {
        let help = match nearest(model, [SENTIMENT]) {
            Some(nearest) => format!("did you mean `{NAME}::{nearest}`?"),
            None => format!("the embedded model is `{NAME}::{SENTIMENT}`"),
        };
        return Err(InferenceError::new(
            ErrorKind::ModelNotFound,
            format!("unknown local model `{model}`; help: {help}"),
        ));
    }
    if task != TextClassification::NAME {
        return Err(InferenceError::new(
            ErrorKind::Unsupported,
            format!(
                "`{NAME}::{SENTIMENT}` does not support `{task}`; help: it supports `{}`",
                TextClassification::NAME
            ),
        ));
    }
    Ok(())
}

fn text(payload: &Payload) -> Result<String, InferenceError> {
    let not_text = || InferenceError::new(ErrorKind::InvalidInput, "the input is not one text");
    let Payload::Json(json) = payload else {
        return Err(not_text());
    };
    serde_json::from_str(json.get()).map_err(|error| not_text().with_source(error))
}

async fn classify_on_blocking_thread(
    text: String,
) -> Result<[(&'static str, f32); 2], InferenceError> {
    tokio::task::spawn_blocking(move || Sentiment::embedded().classify(&text))
        .await
        .map_err(|error| {
            InferenceError::new(
                ErrorKind::Internal,
                "the local model ended without a result",
            )
            .with_source(error)
        })
}
