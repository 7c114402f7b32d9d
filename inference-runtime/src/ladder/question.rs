//! What is asked, checked: everything that a call needs when its first caller has gone. It is written for the wire where
//! a model is asked.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    InferenceError,
    backend::{Deadline, Request},
    cache::{KeyFields, KeyInput, QuestionKey},
    call::Call,
    error::ErrorKind,
    inference::Settings,
    ladder::Examine,
    operation::{CachePolicy, Model, Policies, Spec},
    task::{Payload, Task},
    telemetry,
};

/// Above this size hashing takes longer than a runtime thread should be kept.
const HASH_ELSEWHERE: usize = 1024 * 1024;

pub(super) struct Question<T: Task> {
    pub(super) spec: &'static Spec,
    pub(super) input: T::Input,
    pub(super) parameters: T::Parameters,
    /// `cache(scope = …)` and `cache(key = …)` as JSON.
    scope: Option<String>,
    key: Option<String>,
    /// The input as it is sent, once it has been asked for.
    payload: OnceLock<Box<Payload>>,
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
        let question = Self {
            spec,
            input,
            parameters,
            scope: scope.transpose()?,
            key: key.transpose()?,
            payload: OnceLock::new(),
            examine,
            cache: settings.cache,
            reads: !(inference.wants_no_cache()
                && settings.cache.is_some_and(|cache| cache.client_control)),
            policies: settings.policies,
            deadline,
        };
        telemetry::asked_about(inference, &span, || question.payload());
        Ok(question)
    }

    /// The input as it is sent.
    ///
    /// # Errors
    ///
    /// Where no model could answer it.
    pub(super) fn payload(&self) -> Result<&Payload, InferenceError> {
        if let Some(payload) = self.payload.get() {
            return Ok(payload);
        }
        let payload = Box::new(T::encode(&self.input)?);
        Ok(self.payload.get_or_init(|| payload))
    }

    /// The question's name in the cache, where answers are kept: hashed on this thread, or where it is large on one
    /// that may block.
    pub(super) async fn key(self: Arc<Self>) -> Result<Option<QuestionKey>, InferenceError> {
        match tokio::task::spawn_blocking({
            let question = Arc::clone(&self);
            move || question.hash()
        })
        .await
        {
            Ok(key) => key,
            // The runtime is shutting down: slow is better than not at all.
            Err(_) => self.hash(),
        }
    }

    /// Whether hashing it takes so long that [`key`](Self::key) is the way.
    pub(super) fn is_large(&self) -> bool {
        self.cache.is_some() && self.key.is_none() && T::size(&self.input) >= HASH_ELSEWHERE
    }

    pub(super) fn hash(&self) -> Result<Option<QuestionKey>, InferenceError> {
        if self.cache.is_none() {
            return Ok(None);
        }
        let input = match (&self.key, T::bytes(&self.input)) {
            (Some(key), _) => KeyInput::Key(key),
            (None, Some(bytes)) => KeyInput::Bytes(bytes),
            (None, None) => KeyInput::Payload(self.payload()?),
        };
        let fields = KeyFields {
            task: T::ASKED_AS,
            parameters: &self.parameters,
            scope: self.scope.as_deref(),
            form: self.examine.as_ref().map(|examine| examine.form),
            input,
        };
        fields.hash().map(Some).map_err(unwritable)
    }

    /// The question as one model is asked it.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub(super) fn request(
        &self,
        model: &Model,
        deadline: Deadline,
    ) -> Result<Request, InferenceError> {
        Ok(Request {
            operation: self.spec.name(),
            task: T::ASKED_AS,
            model: model.clone(),
            payload: self.payload()?.clone(),
            parameters: serde_json::value::to_raw_value(&self.parameters).map_err(unwritable)?,
            parameters_at_root: T::PARAMETERS_AT_ROOT,
            deadline,
        })
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
            ..self.request(model, deadline)?
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

fn unwritable(error: serde_json::Error) -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "the parameters cannot be written as JSON",
    )
    .with_source(error)
}
