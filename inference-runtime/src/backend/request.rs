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
    // It can be written: nothing is in it.
    to_raw_value(&Map::new()).unwrap_or_else(|_| RawValue::NULL.to_owned())
});

/// One question to one model.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) operation: &'static str,
    pub(crate) task: &'static str,
    // Both are shared with whoever asks: a request is made for each call.
    pub(crate) model: Arc<Model>,
    pub(crate) payload: Arc<Payload>,
    /// None where all are left to the model.
    pub(crate) parameters: Option<Box<RawValue>>,
    pub(crate) parameters_at_root: bool,
    pub(crate) deadline: Deadline,
}

impl Request {
    /// The name of the operation that asks.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// The pipeline tag (`text-classification`).
    #[must_use]
    pub fn task(&self) -> &'static str {
        self.task
    }

    /// The model's name at this backend (`org/name`).
    #[must_use]
    pub fn model(&self) -> &str {
        self.model.name()
    }

    /// The provider, where the model was named with one.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.model.provider()
    }

    /// The input, as the value of `inputs` in Hugging Face's pipelines.
    #[must_use]
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The task's parameters: a JSON object, `{}` where there are none.
    #[must_use]
    pub fn parameters(&self) -> &RawValue {
        self.parameters.as_ref().unwrap_or(&NO_PARAMETERS)
    }

    /// Whether the task's parameters are all left to the model.
    #[must_use]
    pub fn has_parameters(&self) -> bool {
        self.parameters.is_some()
    }

    /// Whether Hugging Face's pipelines take this task's parameters beside `inputs`, at the root of the body, and
    /// not under `parameters`: [`Task::PARAMETERS_AT_ROOT`](crate::Task::PARAMETERS_AT_ROOT).
    #[must_use]
    pub fn parameters_at_root(&self) -> bool {
        self.parameters_at_root
    }

    /// The input as a JSON value; media as plain base64.
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

    /// How long someone will wait from now on. It grows where another caller with more time joins the call.
    ///
    /// Nobody needs to watch it: a call that nobody waits for any more is dropped. It is for what is not worth
    /// beginning.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.deadline.time_left()
    }
}
