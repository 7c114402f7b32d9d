//! One model, asked.

use std::sync::Arc;

use super::resolved::ResolvedCall;
use crate::{
    InferenceError,
    answer::{EntryOrigin, Usage},
    backend::{Request, Response},
    cache::Validated,
    call::{Rejection, Validation},
    error::ErrorKind,
    policy::Asking,
    runtime::PlannedModel,
    task::{DecodeError, RawResponse, Task},
    telemetry::{self, CallLabels},
};

/// An output and where it came from, not yet held against what the caller needs.
type Answered<T> = (<T as Task>::Output, EntryOrigin);

/// How much of an answer of no use the log gets to see.
const SHOWN_BYTES: usize = 4_096;

/// Asks, and asks once more where the answer is one of the task's but not what the caller needs.
pub(super) async fn ask<T: Task>(
    asking: &Asking<'_>,
    served: &PlannedModel,
    question: &ResolvedCall<T>,
) -> Result<Validated<T>, InferenceError> {
    let request = question.request(served, asking.deadline.clone())?;
    let answer = ask_once(asking, served, question, &question.input, &request).await;
    validated(asking, served, question, answer).await
}

/// An answer that has been held against what the caller needs. The model may try again, once.
pub(super) async fn validated<T: Task>(
    asking: &Asking<'_>,
    served: &PlannedModel,
    question: &ResolvedCall<T>,
    answer: Result<Answered<T>, InferenceError>,
) -> Result<Validated<T>, InferenceError> {
    let (output, first) = answer?;
    let Some(validation) = question.validation() else {
        return Ok(Validated::by_model(output, first));
    };
    let Err(refused) = (validation.validate)(&question.input, &output) else {
        return Ok(Validated::by_model(output, first));
    };
    Box::pin(ask_again(
        asking, served, question, validation, refused, first,
    ))
    .await
}

/// The second chance of a model whose answer was refused.
async fn ask_again<T: Task>(
    asking: &Asking<'_>,
    served: &PlannedModel,
    question: &ResolvedCall<T>,
    validation: &Validation<T>,
    refused: Rejection<T>,
    first: EntryOrigin,
) -> Result<Validated<T>, InferenceError> {
    let model = &served.model;
    tracing::debug!(operation = question.plan.spec.name(), %model, "asked again: {}", refused.reason);
    let request = question.request_again(served, &refused.retry_input, asking.deadline.clone())?;
    let (output, mut origin) =
        ask_once(asking, served, question, &refused.retry_input, &request).await?;
    origin.usage = Usage::sum(first.usage, origin.usage);
    match (validation.validate)(&refused.retry_input, &output) {
        Ok(()) => Ok(Validated::by_model(output, origin)),
        Err(refused) => Err(refused
            .into_error(validation.type_name, origin.provider.as_deref())
            .with_model(model.backend(), model.name())),
    }
}

async fn ask_once<T: Task>(
    asking: &Asking<'_>,
    served: &PlannedModel,
    question: &ResolvedCall<T>,
    input: &T::Input,
    request: &Request,
) -> Result<Answered<T>, InferenceError> {
    let model = &served.model;
    let response = asking.call(request).await;
    let response = response.map_err(|error| error.with_model(model.backend(), model.name()))?;
    read(served, question, input, response)
}

/// Makes the output of a response to this input.
pub(super) fn read<T: Task>(
    served: &PlannedModel,
    question: &ResolvedCall<T>,
    input: &T::Input,
    response: Response,
) -> Result<Answered<T>, InferenceError> {
    let model = &served.model;
    let named = |error: InferenceError| error.with_model(model.backend(), model.name());
    let answer = RawResponse {
        body: &response.body,
        media_type: response.media_type.as_deref(),
    };
    let output = T::decode(&answer, input, &question.parameters)
        .map_err(|unusable| named(of_no_use(T::NAME, &response, unusable)))?;
    let asked = CallLabels {
        operation: question.plan.spec.name(),
        model,
    };
    telemetry::tokens(&asked, response.usage);
    let origin = EntryOrigin {
        model: response
            .model
            .map_or_else(|| Arc::clone(&served.name), Arc::from),
        provider: response.provider.map(|name| served.provider(name)),
        usage: response.usage,
    };
    Ok((output, origin))
}

fn of_no_use(task: &str, response: &Response, unusable: DecodeError) -> InferenceError {
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
