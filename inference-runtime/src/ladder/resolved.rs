//! A call that is checked and owns everything it needs, so that it can outlive its first caller. Its input is encoded
//! for the wire when a model is called.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    InferenceError,
    backend::Request,
    cache::{KeyFields, KeyInput, RequestKey},
    call::{Call, CallOptions, Validation},
    deadline::Deadline,
    error::ErrorKind,
    journal::record_input,
    runtime::{Plan, PlannedModel},
    task::{Payload, Task, parameters},
};

/// An input of more bytes is hashed on a thread that may block.
const MAX_INLINE_HASH: usize = 1024 * 1024;

pub(super) struct ResolvedCall<T: Task> {
    pub(super) plan: Arc<Plan>,
    pub(super) input: T::Input,
    pub(super) parameters: T::Parameters,
    options: Option<Box<CallOptions<T>>>,
    /// The input as it is sent, once it has been encoded.
    payload: OnceLock<Arc<Payload>>,
    /// The part of the cache key that all models share, once it has been hashed; `None` if answers are not cached.
    key: OnceLock<Option<RequestKey>>,
    /// Whether a cached answer may be used.
    pub(super) reads_cache: bool,
    pub(super) started: Instant,
    pub(super) deadline: Instant,
}

impl<T: Task> ResolvedCall<T> {
    /// Checks a call whose media have been fetched.
    ///
    /// # Errors
    ///
    /// If the input or the parameters are invalid for the task, or the input is too large.
    pub(super) fn new(call: Call<'_, T>, plan: Arc<Plan>) -> Result<Self, InferenceError> {
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
        let resolved = Self {
            input,
            parameters,
            options,
            payload: OnceLock::new(),
            key: OnceLock::new(),
            reads_cache: !(inference.bypasses_cache()
                && plan.cache.is_some_and(|cache| cache.client_control)),
            started,
            deadline: started + plan.timeout,
            plan,
        };
        record_input(inference, span.as_ref(), || {
            resolved.payload().map(|payload| &**payload)
        });
        Ok(resolved)
    }

    /// The input as it is sent.
    ///
    /// # Errors
    ///
    /// If it cannot be encoded.
    pub(super) fn payload(&self) -> Result<&Arc<Payload>, InferenceError> {
        if let Some(payload) = self.payload.get() {
            return Ok(payload);
        }
        let payload = Arc::new(T::encode(&self.input)?);
        Ok(self.payload.get_or_init(|| payload))
    }

    /// Hashes the cache key unless that would block the thread for long. Returns whether the key is known.
    pub(super) fn try_hash_key(&mut self) -> Result<bool, InferenceError> {
        let key = self
            .options
            .as_ref()
            .and_then(|options| options.key.as_ref());
        let large = key.is_none() && T::size(&self.input) >= MAX_INLINE_HASH;
        if large && self.plan.cache.is_some() {
            return Ok(false);
        }
        self.key = OnceLock::from(self.compute_key()?);
        Ok(true)
    }

    /// Hashes the cache key on a thread that may block, if it is not known.
    pub(super) async fn hash_key(self: &Arc<Self>) -> Result<(), InferenceError> {
        if self.key.get().is_some() {
            return Ok(());
        }
        let hashed = tokio::task::spawn_blocking({
            let resolved = Arc::clone(self);
            move || resolved.compute_key()
        });
        let key = match hashed.await {
            Ok(key) => key?,
            // The runtime is shutting down: hash here.
            Err(_) => self.compute_key()?,
        };
        self.key.get_or_init(|| key);
        Ok(())
    }

    /// The part of the cache key that all models share, if answers are cached and it has been hashed.
    pub(super) fn key(&self) -> Option<&RequestKey> {
        self.key.get()?.as_ref()
    }

    fn compute_key(&self) -> Result<Option<RequestKey>, InferenceError> {
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
        fields.hash().map(Some).map_err(invalid_parameters)
    }

    /// The extra validation of its outputs.
    pub(super) fn validation(&self) -> Option<&Validation<T>> {
        self.options.as_ref()?.validation.as_ref()
    }

    /// The request to a model.
    ///
    /// # Errors
    ///
    /// If it cannot be encoded.
    pub(super) fn request(
        &self,
        planned: &PlannedModel,
        deadline: &Deadline,
    ) -> Result<Request, InferenceError> {
        Ok(Request {
            operation: self.plan.spec.name(),
            task: T::WIRE_NAME,
            model: Arc::clone(&planned.model),
            payload: Arc::clone(self.payload()?),
            parameters: parameters(&self.parameters).map_err(invalid_parameters)?,
            parameters_at_root: T::PARAMETERS_AT_ROOT,
            deadline: deadline.clone(),
        })
    }

    /// The same request with another input, after an output has been rejected.
    pub(super) fn request_with_input(
        &self,
        planned: &PlannedModel,
        input: &T::Input,
        deadline: &Deadline,
    ) -> Result<Request, InferenceError> {
        Ok(Request {
            payload: Arc::new(T::encode(input)?),
            ..self.request(planned, deadline)?
        })
    }
}

/// Fetches the media of a call that are given as addresses.
///
/// # Errors
///
/// If an address is not allowed or cannot be fetched.
pub(super) async fn fetch_media<T: Task>(
    call: &mut Call<'_, T>,
    plan: &Plan,
) -> Result<(), InferenceError> {
    let deadline = call.started + plan.timeout;
    if let Ok(input) = &mut call.input
        && let Some(media) = T::media(input)
    {
        let gate = call.inference.media();
        gate.resolve(media, plan.max_input, deadline).await?;
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

fn invalid_parameters(error: serde_json::Error) -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "the parameters cannot be written as JSON",
    )
    .with_source(error)
}

impl<T: Task> ResolvedCall<T> {
    pub(super) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}
