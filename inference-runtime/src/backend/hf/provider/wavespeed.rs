use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members},
    job::{Job, Place, State},
    provider_request::ProviderRequest,
    provider_response::{Output, link},
};
use crate::InferenceError;

pub(super) const PATH: &str = "/api/v3/{id}";

/// A picture or a video.
pub(super) static MADE: Job = Job {
    ticket,
    every: Duration::from_millis(500),
    at_once: true,
    state,
    result: None,
    read,
};

/// `{prompt, …parameters}`.
pub(super) fn prompt(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    members.insert("prompt".to_owned(), asked.text()?.into());
    Ok(adapted(asked, members).into())
}

/// `{image, …parameters}`; some models look for a list of images.
pub(super) fn edited(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let image = asked.data_url("image/jpeg")?;
    let mut members = asked.parameters();
    members.insert("images".to_owned(), json!([image]));
    members.insert("image".to_owned(), image.into());
    Ok(adapted(asked, members).into())
}

fn adapted(asked: &ProviderRequest<'_>, mut members: Members) -> Members {
    if asked.entry.weights.is_some() {
        let adapter = json!([{"path": asked.request.model(), "scale": 1}]);
        members.insert("loras".to_owned(), adapter);
    }
    members
}

fn ticket(answer: &Value) -> Option<Place> {
    Place::of_url(answer.pointer("/data/urls/get")?)
}

fn state(answer: &Value) -> State {
    match answer.pointer("/data/status").and_then(Value::as_str) {
        Some("completed") => State::Done,
        Some("failed") => {
            let reason = answer.pointer("/data/error").and_then(Value::as_str);
            State::Failed(reason.map(str::to_owned))
        }
        _ => State::Pending,
    }
}

fn read(answer: &Value) -> Option<Output> {
    link(answer, "/data/outputs/0")
}
