use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use serde_json::{
    Map,
    value::{RawValue, to_raw_value},
};

use crate::{deadline::Deadline, operation::Model, task::Payload};

/// An empty object.
static NO_PARAMETERS: LazyLock<Box<RawValue>> = LazyLock::new(|| {
    // An empty object can always be serialized.
    to_raw_value(&Map::new()).unwrap_or_else(|_| RawValue::NULL.to_owned())
});

/// One request to one model.
#[derive(Clone, Debug)]
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
