//! One model, called for one prediction.

use std::{sync::Arc, time::Duration};

use super::{
    ResolvedCall,
    cache_slot::{CacheSlot, answered_by_model},
    validate::rejection_error,
};
use crate::{
    Inference, InferenceError,
    answer::{Answered, EntryOrigin, Usage},
    backend::{Backend, Request, Response},
    cache::{Role, Validated},
    call::{Rejection, Validation},
    deadline::Deadline,
    error::ErrorKind,
    policy::timed_out,
    report::{CacheReport, Forward},
    runtime::PlannedModel,
    task::{DecodeError, RawResponse, Task},
    telemetry,
};

/// One model, called for one prediction.
pub(super) struct Attempt<'a, T: Task> {
    pub(super) inference: &'a Inference,
    pub(super) planned: &'a Arc<PlannedModel>,
    pub(super) backend: &'a Arc<dyn Backend>,
    pub(super) call: &'a Arc<ResolvedCall<T>>,
    /// The time for this model.
    pub(super) time: Duration,
}

/// A decoded output and its origin, before extra validation.
pub(super) type Decoded<T> = (<T as Task>::Output, EntryOrigin);

/// The bytes of an invalid response that are logged.
const MAX_LOGGED_BYTES: usize = 4_096;

impl<'a, T: Task> Attempt<'a, T> {
    /// # Errors
    ///
    /// If the backend of the model is not configured.
    pub(super) fn new(
        inference: &'a Inference,
        planned: &'a Arc<PlannedModel>,
        call: &'a Arc<ResolvedCall<T>>,
        time: Duration,
    ) -> Result<Self, InferenceError> {
        Ok(Self {
            inference,
            planned,
            backend: inference.backend(planned)?,
            call,
            time,
        })
    }

    /// Calls the model within its time: for this caller alone, or where answers are cached, for all concurrent callers
    /// of the same key.
    pub(super) async fn answer(
        self,
        slot: Option<&CacheSlot>,
        why: Forward,
        report: &mut CacheReport,
    ) -> Result<Answered<T::Output>, InferenceError> {
        let (time, started) = (self.time, self.call.started);
        let Some(slot) = slot else {
            // Boxed: calls whose answers are cached need no room for it.
            let alone = tokio::time::timeout(time, Box::pin(self.answer_alone())).await;
            return alone.unwrap_or_else(|_| Err(timed_out(time, "timeout")));
        };
        *report = CacheReport::Forwarded { why, shared: false };
        let Ok((role, outcome)) = tokio::time::timeout(time, self.share(slot)).await else {
            return Err(timed_out(time, "timeout"));
        };
        let shared = role == Role::Follower;
        *report = CacheReport::Forwarded { why, shared };
        let entry = outcome?;
        let value = entry.output::<T>().ok_or_else(wrong_type)?;
        Ok(answered_by_model(
            value,
            Arc::clone(entry.origin()),
            started,
        ))
    }

    async fn answer_alone(self) -> Result<Answered<T::Output>, InferenceError> {
        let deadline = Deadline::after(self.time);
        let (value, origin) = self.call_model(&deadline).await?.into_parts();
        Ok(answered_by_model(value, origin, self.call.started))
    }

    /// Calls the model, and once more if its output is rejected by the extra validation.
    pub(super) async fn call_model(
        &self,
        deadline: &Deadline,
    ) -> Result<Validated<T>, InferenceError> {
        let request = self.call.request(self.planned, deadline)?;
        let decoded = self.send(deadline, &self.call.input, &request).await?;
        self.validate(deadline, decoded).await
    }

    /// Validates an output. The model has a second attempt if it is rejected.
    pub(super) async fn validate(
        &self,
        deadline: &Deadline,
        decoded: Decoded<T>,
    ) -> Result<Validated<T>, InferenceError> {
        let (output, origin) = decoded;
        let Some(validation) = self.call.validation() else {
            return Ok(Validated::from_model(output, origin));
        };
        let Err(rejection) = (validation.validate)(&self.call.input, &output) else {
            return Ok(Validated::from_model(output, origin));
        };
        Box::pin(self.retry_rejected(deadline, validation, rejection, origin)).await
    }

    async fn retry_rejected(
        &self,
        deadline: &Deadline,
        validation: &Validation<T>,
        rejection: Rejection<T>,
        first: EntryOrigin,
    ) -> Result<Validated<T>, InferenceError> {
        let operation = self.call.plan.spec.name();
        let model = &self.planned.model;
        tracing::debug!(operation, %model, "retrying after an invalid output: {}", rejection.reason);
        let input = &rejection.retry_input;
        let request = self
            .call
            .request_with_input(self.planned, input, deadline)?;
        let (output, mut origin) = self.send(deadline, input, &request).await?;
        origin.usage = Usage::sum(first.usage, origin.usage);
        match (validation.validate)(input, &output) {
            Ok(()) => Ok(Validated::from_model(output, origin)),
            Err(rejection) => Err(self.planned.label(rejection_error(
                rejection,
                validation.type_name,
                origin.provider.as_deref(),
            ))),
        }
    }

    async fn send(
        &self,
        deadline: &Deadline,
        input: &T::Input,
        request: &Request,
    ) -> Result<Decoded<T>, InferenceError> {
        let guards = &self.planned.guards;
        match guards.call(deadline, || self.backend.call(request)).await {
            Ok((response, _)) => self.decode(input, response),
            Err(error) => Err(self.planned.label(error)),
        }
    }

    /// Decodes the response to this input.
    pub(super) fn decode(
        &self,
        input: &T::Input,
        response: Response,
    ) -> Result<Decoded<T>, InferenceError> {
        let raw = RawResponse {
            body: &response.body,
            media_type: response.media_type.as_deref(),
        };
        let output = T::decode(&raw, input, &self.call.parameters).map_err(|error| {
            self.planned
                .label(invalid_response(T::NAME, &response, error))
        })?;
        telemetry::tokens(&self.planned.guards.labels(), response.usage);
        let origin = EntryOrigin {
            model: response
                .model
                .map_or_else(|| Arc::clone(&self.planned.name), Arc::from),
            provider: response.provider.map(|name| self.planned.provider(name)),
            usage: response.usage,
        };
        Ok((output, origin))
    }
}

/// An entry whose value is not an output of the task.
pub(super) fn wrong_type() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "the cached answer is not an output of the task",
    )
}

fn invalid_response(task: &str, response: &Response, error: DecodeError) -> InferenceError {
    let (kind, message) = if error.malformed {
        (
            ErrorKind::MalformedOutput,
            format!("the response to `{task}` cannot be read"),
        )
    } else {
        (
            ErrorKind::UnexpectedOutput,
            format!(
                "the response is not an output of `{task}`; help: check that the model is for this task"
            ),
        )
    };
    let logged = &response.body[..response.body.len().min(MAX_LOGGED_BYTES)];
    let mut error = InferenceError::new(kind, message)
        .with_upstream(&String::from_utf8_lossy(logged))
        .with_source(error);
    if let Some(provider) = &response.provider {
        error = error.with_provider(provider.clone());
    }
    if let Some(id) = &response.request_id {
        error = error.with_request_id(id.clone());
    }
    error
}
