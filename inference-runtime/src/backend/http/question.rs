//! A request as services in JSON need it: values.

use serde_json::{Map, Value};

use crate::{InferenceError, backend::Request, task::Payload};

/// The input as a value; media as plain base64.
pub(crate) fn input(request: &Request) -> Value {
    request.inputs()
}

/// The input of a task on text.
pub(crate) fn text(request: &Request) -> Result<String, InferenceError> {
    match request.payload() {
        Payload::Json(json) => serde_json::from_str(json.get()).map_err(|_| {
            InferenceError::new(
                crate::ErrorKind::Unsupported,
                format!("`{}` was asked with something else than a text; help: take another backend for it", request.task()),
            )
        }),
        Payload::Media(_) => Err(InferenceError::new(
            crate::ErrorKind::Unsupported,
            format!("`{}` was asked with media and not a text", request.task()),
        )),
    }
}

/// The parameters: what was not given is not there.
pub(crate) fn parameters(request: &Request) -> Map<String, Value> {
    let mut parameters: Map<String, Value> =
        serde_json::from_str(request.parameters().get()).unwrap_or_default();
    parameters.retain(|_, value| !value.is_null());
    parameters
}
