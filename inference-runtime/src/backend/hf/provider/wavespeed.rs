use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members},
    endpoint::ResourcePath,
    job::{Job, State},
    provider_request::ProviderRequest,
    provider_response::{Output, url_at},
};
use crate::InferenceError;

pub(super) const PATH: &str = "/api/v3/{id}";

/// A job whose result is an image or a video.
pub(super) static MEDIA_JOB: Job = Job {
    status_path,
    interval: Duration::from_millis(500),
    poll_immediately: true,
    state,
    result_path: None,
    read,
};

/// `{prompt, …parameters}`.
pub(super) fn prompt(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    members.insert("prompt".to_owned(), request.text()?.into());
    Ok(add_lora(request, members).into())
}

/// `{image, images, …parameters}`; some models read the list.
pub(super) fn with_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let image = request.data_url("image/jpeg")?;
    let mut members = request.parameters();
    members.insert("images".to_owned(), json!([image]));
    members.insert("image".to_owned(), image.into());
    Ok(add_lora(request, members).into())
}

fn add_lora(request: &ProviderRequest<'_>, mut members: Members) -> Members {
    if request.entry.weights.is_some() {
        let adapter = json!([{"path": request.inner.model(), "scale": 1}]);
        members.insert("loras".to_owned(), adapter);
    }
    members
}

fn status_path(response: &Value) -> Option<ResourcePath> {
    ResourcePath::from_url(response.pointer("/data/urls/get")?)
}

fn state(response: &Value) -> State {
    match response.pointer("/data/status").and_then(Value::as_str) {
        Some("completed") => State::Done,
        Some("failed") => {
            let reason = response.pointer("/data/error").and_then(Value::as_str);
            State::Failed(reason.map(str::to_owned))
        }
        _ => State::Pending,
    }
}

fn read(response: &Value) -> Option<Output> {
    url_at(response, "/data/outputs/0")
}
