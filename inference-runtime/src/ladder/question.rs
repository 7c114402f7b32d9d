//! What is asked, checked and written for the wire: everything that a call needs when its first caller has gone.

use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::{
    InferenceError,
    backend::{Deadline, Request},
    cache::KeyFields,
    call::Call,
    error::ErrorKind,
    inference::Settings,
    ladder::Examine,
    operation::{CachePolicy, Model, Policies, Spec},
    task::Task,
    telemetry,
};

pub(super) struct Question<T: Task> {
    pub(super) spec: &'static Spec,
    pub(super) input: T::Input,
    pub(super) parameters: T::Parameters,
    pub(super) fields: KeyFields,
    pub(super) examine: Option<Examine<T>>,
    pub(super) cache: Option<CachePolicy>,
    /// Whether an answer that is there already may be the answer.
    pub(super) reads: bool,
    pub(super) policies: Policies,
    pub(super) deadline: Instant,
}

impl<T: Task> Question<T> {
    /// Checks a call, fetches what it gives by address, and writes it for the wire.
    pub(super) async fn of(
        call: Call<'_, T>,
        settings: &Settings<'_>,
    ) -> Result<Self, InferenceError> {
        let Call {
            inference,
            spec,
            input,
            parameters,
            scope,
            key,
            examine,
            started,
            span,
            ..
        } = call;
        let mut input = input?;
        let deadline = started + settings.timeout;
        if let Some(place) = T::media(&mut input) {
            let media = inference.media();
            media.resolve(place, settings.max_input, deadline).await?;
        }
        check_size::<T>(&input, settings.max_input)?;
        T::check(&input, &parameters)?;
        let fields = KeyFields {
            task: T::ASKED_AS,
            payload: T::encode(&input)?,
            parameters: write_parameters::<T>(&parameters)?,
            scope: scope.transpose()?,
            key: key.transpose()?,
            form: examine.as_ref().map(|examine| examine.form),
        };
        telemetry::asked_about(inference, &span, &fields.payload);
        Ok(Self {
            spec,
            input,
            parameters,
            fields,
            examine,
            cache: settings.cache,
            reads: !(inference.wants_no_cache()
                && settings.cache.is_some_and(|cache| cache.client_control)),
            policies: settings.policies,
            deadline,
        })
    }

    /// The question as one model is asked it.
    pub(super) fn request(&self, model: &Model, deadline: Deadline) -> Request {
        Request {
            operation: self.spec.name(),
            task: T::ASKED_AS,
            model: model.clone(),
            payload: self.fields.payload.clone(),
            parameters: self.fields.parameters.clone(),
            parameters_at_root: T::PARAMETERS_AT_ROOT,
            deadline,
        }
    }

    /// The same question with another input: an answer has been refused.
    pub(super) fn request_again(
        &self,
        model: &Model,
        input: &T::Input,
        deadline: Deadline,
    ) -> Result<Request, InferenceError> {
        Ok(Request {
            payload: T::encode(input)?,
            ..self.request(model, deadline)
        })
    }

    pub(super) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

fn check_size<T: Task>(input: &T::Input, max: Option<usize>) -> Result<(), InferenceError> {
    match max {
        Some(max) if T::size(input) > max => Err(InferenceError::new(
            ErrorKind::InputTooLarge,
            format!(
                "the input has {} bytes, `max_input` allows {max}",
                T::size(input)
            ),
        )),
        _ => Ok(()),
    }
}

fn write_parameters<T: Task>(parameters: &T::Parameters) -> Result<Box<RawValue>, InferenceError> {
    serde_json::value::to_raw_value(parameters).map_err(|error| {
        InferenceError::new(
            ErrorKind::Internal,
            "the parameters cannot be written as JSON",
        )
        .with_source(error)
    })
}
