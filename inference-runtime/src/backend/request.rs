use std::{
    fmt,
    sync::{Arc, LazyLock},
    time::Duration,
};

use serde::Serialize;
use serde_json::{
    Map,
    value::{RawValue, to_raw_value},
};

use crate::{
    ErrorKind, InferenceError,
    deadline::Deadline,
    operation::Model,
    task::{Accepts, Payload, parameters},
};

/// The time left of a request that is made by hand, unless another is set: that of an operation without a `timeout`.
const TIME_LEFT: Duration = Duration::from_secs(10);

/// An empty object.
static NO_PARAMETERS: LazyLock<Box<RawValue>> = LazyLock::new(|| {
    // An empty object can always be serialized.
    to_raw_value(&Map::new()).unwrap_or_else(|_| RawValue::NULL.to_owned())
});

/// One request to one model.
///
/// The runtime makes one for each call. A test of a backend makes its own:
///
/// ```
/// use inference_runtime::{Backend, InferenceError, backend::{self, Request}, operation::Model, task};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), InferenceError> {
/// let backend = backend::from_fn(|request: Request| async move {
///     Ok(serde_json::json!([{"label": request.model(), "score": 1.0}]))
/// });
/// let request = Request::for_task::<task::TextClassification, _>(Model::new("house", "v7", ""), "Great value.")?
///     .with_parameters(&serde_json::json!({"top_k": 1}))?;
/// let response = backend.call(&request).await?;
/// assert_eq!(&response.body[..], br#"[{"label":"v7","score":1.0}]"#);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Request {
    pub(crate) operation: &'static str,
    pub(crate) task: &'static str,
    // Both are shared with the caller: a request is made for each call.
    pub(crate) model: Arc<Model>,
    pub(crate) payload: Arc<Payload>,
    /// `None` if every parameter is left to the model.
    pub(crate) parameters: Option<Box<RawValue>>,
    pub(crate) parameters_at_root: bool,
    pub(crate) deadline: Deadline,
}

impl Request {
    /// Creates a request for this pipeline tag, without parameters and with ten seconds left.
    #[must_use]
    pub fn new(task: &'static str, model: Model, payload: Payload) -> Self {
        Self {
            operation: "",
            task,
            model: Arc::new(model),
            payload: Arc::new(payload),
            parameters: None,
            parameters_at_root: false,
            deadline: Deadline::after(TIME_LEFT),
        }
    }

    /// Creates the request that the runtime makes for an input of this task, without parameters and with ten seconds left.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidInput`](ErrorKind::InvalidInput) if the task rejects the input.
    pub fn for_task<T: Accepts<I>, I: ?Sized>(
        model: Model,
        input: &I,
    ) -> Result<Self, InferenceError> {
        let payload = T::encode(&T::accept(input)?)?;
        Ok(Self {
            parameters_at_root: T::PARAMETERS_AT_ROOT,
            ..Self::new(T::WIRE_NAME, model, payload)
        })
    }

    /// Sets the task's parameters: any value that serializes to a JSON object.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidInput`](ErrorKind::InvalidInput) if they cannot be written as JSON.
    pub fn with_parameters<P: Serialize + ?Sized>(
        mut self,
        given: &P,
    ) -> Result<Self, InferenceError> {
        self.parameters = parameters(given).map_err(|error| {
            let message = "the parameters cannot be written as JSON";
            InferenceError::new(ErrorKind::InvalidInput, message).with_source(error)
        })?;
        Ok(self)
    }

    /// Sets the name of the operation.
    #[must_use]
    pub fn with_operation(mut self, name: &'static str) -> Self {
        self.operation = name;
        self
    }

    /// Sets the time left from now on.
    #[must_use]
    pub fn with_time_left(mut self, time: Duration) -> Self {
        self.deadline = Deadline::after(time);
        self
    }

    /// Returns the name of the calling operation.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// Returns the pipeline tag (`text-classification`).
    #[must_use]
    pub fn task(&self) -> &'static str {
        self.task
    }

    /// Returns the model's name at this backend (`org/name`).
    #[must_use]
    pub fn model(&self) -> &str {
        self.model.name()
    }

    /// Returns the provider, if the model was named with one.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.model.provider()
    }

    /// Returns the input, as the value of `inputs` in Hugging Face's pipelines.
    #[must_use]
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Returns the task's parameters: a JSON object, `{}` if there are none.
    #[must_use]
    pub fn parameters(&self) -> &RawValue {
        self.parameters.as_ref().unwrap_or(&NO_PARAMETERS)
    }

    /// Returns whether any of the task's parameters is set.
    #[must_use]
    pub fn has_parameters(&self) -> bool {
        self.parameters.is_some()
    }

    /// Returns whether Hugging Face's pipelines read this task's parameters at the root of the body, beside `inputs`,
    /// instead of under `parameters`: [`Task::PARAMETERS_AT_ROOT`](crate::Task::PARAMETERS_AT_ROOT).
    #[must_use]
    pub fn parameters_at_root(&self) -> bool {
        self.parameters_at_root
    }

    /// Returns the input as a JSON value; media as plain base64.
    ///
    /// ```
    /// # use inference_runtime::backend::{self, Request};
    /// let echo = backend::from_fn(|request: Request| async move {
    ///     Ok(serde_json::json!([{"summary_text": request.inputs()}]))
    /// });
    /// ```
    #[must_use]
    pub fn inputs(&self) -> serde_json::Value {
        match &*self.payload {
            Payload::Json(json) => serde_json::from_str(json.get()).unwrap_or_default(),
            Payload::Media(media) => media.to_base64().into(),
        }
    }

    /// Returns the time until the deadline of this call. It grows when another caller with a later deadline joins the call.
    ///
    /// A backend does not have to enforce it: a call without waiting callers is dropped. Use it to skip work that cannot
    /// finish in time.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.deadline.time_left()
    }
}

/// Prints no prompt and no media: the task, the model, and the sizes of the rest in bytes.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = self.parameters.as_ref().map_or(0, |json| json.get().len());
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("task", &self.task)
            .field("model", &format_args!("{}", self.model))
            .field("input_bytes", &self.payload.size())
            .field("parameters_bytes", &parameters)
            .field("time_left", &self.time_left())
            .finish_non_exhaustive()
    }
}
