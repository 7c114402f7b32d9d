//! One model, asked once.

use super::question::Question;
use crate::{
    InferenceError,
    backend::{Backend, Deadline, Response},
    cache::EntryOrigin,
    error::ErrorKind,
    operation::Model,
    task::{RawAnswer, Task, Unusable},
};

/// How much of an answer of no use the log gets to see.
const SHOWN_BYTES: usize = 4_096;

pub(super) async fn ask<T: Task>(
    backend: &dyn Backend,
    model: &Model,
    question: &Question<T>,
    deadline: Deadline,
) -> Result<(T::Output, EntryOrigin), InferenceError> {
    let named = |error: InferenceError| error.with_model(model.backend(), model.name());
    let request = question.request(model, deadline);
    let response = backend.call(&request).await.map_err(named)?;
    read(model, question, response)
}

/// Makes the output of a response.
pub(super) fn read<T: Task>(
    model: &Model,
    question: &Question<T>,
    response: Response,
) -> Result<(T::Output, EntryOrigin), InferenceError> {
    let named = |error: InferenceError| error.with_model(model.backend(), model.name());
    let answer = RawAnswer {
        body: &response.body,
        media_type: response.media_type.as_deref(),
    };
    let output = T::decode(&answer, &question.input, &question.parameters)
        .map_err(|unusable| named(of_no_use(T::NAME, &response, unusable)))?;
    let origin = EntryOrigin {
        model: response.model.unwrap_or_else(|| model.to_string()),
        provider: response.provider,
        usage: response.usage,
    };
    Ok((output, origin))
}

fn of_no_use(task: &str, response: &Response, unusable: Unusable) -> InferenceError {
    let (kind, message) = if unusable.malformed {
        (
            ErrorKind::MalformedOutput,
            format!("the answer to `{task}` cannot be read"),
        )
    } else {
        (
            ErrorKind::UnexpectedOutput,
            format!(
                "the answer is not what `{task}` gives; help: check that the model is for this task"
            ),
        )
    };
    let shown = &response.body[..response.body.len().min(SHOWN_BYTES)];
    let mut error = InferenceError::new(kind, message)
        .with_upstream(&String::from_utf8_lossy(shown))
        .with_source(unusable);
    if let Some(provider) = &response.provider {
        error = error.with_provider(provider.clone());
    }
    if let Some(id) = &response.request_id {
        error = error.with_request_id(id.clone());
    }
    error
}
