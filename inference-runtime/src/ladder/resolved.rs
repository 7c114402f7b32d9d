//! What is asked, checked: everything that a call needs when its first caller has gone. It is written for the wire where
//! a model is asked.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    Inference, InferenceError,
    backend::Request,
    cache::{KeyFields, KeyInput, RequestKey},
    call::{Call, CallOptions, Validation},
    deadline::Deadline,
    error::ErrorKind,
    journal::record_input,
    runtime::{Plan, PlannedModel},
    task::{Payload, Task, parameters},
};

/// Above this size hashing takes longer than a runtime thread should be kept.
const HASH_ELSEWHERE: usize = 1024 * 1024;

pub(super) struct ResolvedCall<T: Task> {
    pub(super) plan: Arc<Plan>,
    pub(super) input: T::Input,
    pub(super) parameters: T::Parameters,
    options: Option<Box<CallOptions<T>>>,
    /// The input as it is sent, once it has been asked for.
    payload: OnceLock<Arc<Payload>>,
    /// Its name in the cache, once that has been worked out; none where answers are not kept.
    key: OnceLock<Option<RequestKey>>,
    /// Whether an answer that is there already may be the answer.
    pub(super) reads: bool,
    pub(super) started: Instant,
    pub(super) deadline: Instant,
}

impl<T: Task> ResolvedCall<T> {
    /// Checks a call whose media are there.
    ///
    /// # Errors
    ///
    /// What no model could answer, or no service should be sent.
    pub(super) fn of(call: Call<'_, T>, plan: Arc<Plan>) -> Result<Self, InferenceError> {
        let Call {
            inference,
            input,
            parameters,
            options,
            started,
            span,
            ..
        } = call;
        let input = input?;
        check_size::<T>(&input, plan.max_input)?;
        T::check(&input, &parameters)?;
        let question = Self {
            input,
            parameters,
            options,
            payload: OnceLock::new(),
            key: OnceLock::new(),
            reads: !(inference.bypasses_cache()
                && plan.cache.is_some_and(|cache| cache.client_control)),
            started,
            deadline: started + plan.timeout,
            plan,
        };
        record_input(inference, span.as_ref(), || {
            question.payload().map(|payload| &**payload)
        });
        Ok(question)
    }

    /// The input as it is sent.
    ///
    /// # Errors
    ///
    /// Where no model could answer it.
    pub(super) fn payload(&self) -> Result<&Arc<Payload>, InferenceError> {
        if let Some(payload) = self.payload.get() {
            return Ok(payload);
        }
        let payload = Arc::new(T::encode(&self.input)?);
        Ok(self.payload.get_or_init(|| payload))
    }

    /// Works out the question's name in the cache, where answers are kept, if that takes no longer than a runtime thread
    /// may be kept: whether it is there now.
    pub(super) fn name_at_once(&mut self) -> Result<bool, InferenceError> {
        let key = self
            .options
            .as_ref()
            .and_then(|options| options.key.as_ref());
        let large = key.is_none() && T::size(&self.input) >= HASH_ELSEWHERE;
        if large && self.plan.cache.is_some() {
            return Ok(false);
        }
        self.key = OnceLock::from(self.hash()?);
        Ok(true)
    }

    /// The same, on a thread that may block where it takes long.
    pub(super) async fn name(self: &Arc<Self>) -> Result<(), InferenceError> {
        if self.key.get().is_some() {
            return Ok(());
        }
        let hashed = tokio::task::spawn_blocking({
            let question = Arc::clone(self);
            move || question.hash()
        });
        let key = match hashed.await {
            Ok(key) => key?,
            // The runtime is shutting down: slow is better than not at all.
            Err(_) => self.hash()?,
        };
        self.key.get_or_init(|| key);
        Ok(())
    }

    /// The question's name in the cache, where answers are kept and the name has been worked out.
    pub(super) fn key(&self) -> Option<&RequestKey> {
        self.key.get()?.as_ref()
    }

    fn hash(&self) -> Result<Option<RequestKey>, InferenceError> {
        if self.plan.cache.is_none() {
            return Ok(None);
        }
        let options = self.options.as_deref();
        let key = options.and_then(|options| options.key.as_deref());
        let input = match (key, T::key_bytes(&self.input)) {
            (Some(key), _) => KeyInput::Key(key),
            (None, Some(bytes)) => KeyInput::Bytes(bytes),
            (None, None) => KeyInput::Payload(self.payload()?),
        };
        let fields = KeyFields {
            parameters: &self.parameters,
            scope: options.and_then(|options| options.scope.as_deref()),
            validated_type: self.validation().map(|validation| validation.type_name),
            input,
        };
        fields.hash().map(Some).map_err(unwritable)
    }

    /// What its answer is held against beyond what the task asks.
    pub(super) fn validation(&self) -> Option<&Validation<T>> {
        self.options.as_ref()?.validation.as_ref()
    }

    /// The question as one model is asked it.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub(super) fn request(
        &self,
        served: &PlannedModel,
        deadline: Deadline,
    ) -> Result<Request, InferenceError> {
        Ok(Request {
            operation: self.plan.spec.name(),
            task: T::WIRE_NAME,
            model: Arc::clone(&served.model),
            payload: Arc::clone(self.payload()?),
            parameters: parameters(&self.parameters).map_err(unwritable)?,
            parameters_at_root: T::PARAMETERS_AT_ROOT,
            deadline,
        })
    }

    /// The same question with another input: an answer has been refused.
    pub(super) fn request_again(
        &self,
        served: &PlannedModel,
        input: &T::Input,
        deadline: Deadline,
    ) -> Result<Request, InferenceError> {
        Ok(Request {
            payload: Arc::new(T::encode(input)?),
            ..self.request(served, deadline)?
        })
    }

    pub(super) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Fetches the media that a call gives by their address.
///
/// # Errors
///
/// Where they may not or could not be fetched.
pub(super) async fn fetched<T: Task>(
    inference: &Inference,
    call: &mut Call<'_, T>,
    plan: &Plan,
) -> Result<(), InferenceError> {
    let deadline = call.started + plan.timeout;
    if let Ok(input) = &mut call.input
        && let Some(place) = T::media(input)
    {
        let media = inference.media();
        media.resolve(place, plan.max_input, deadline).await?;
    }
    Ok(())
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
