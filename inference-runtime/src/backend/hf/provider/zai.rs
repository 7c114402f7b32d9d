use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{self, Body, Members},
    job::{Job, Place, State},
    provider_request::ProviderRequest,
    provider_response::{Output, link},
};
use crate::InferenceError;

/// A picture.
pub(super) static IMAGE: Job = Job {
    ticket,
    every: Duration::from_secs(5),
    at_once: true,
    state,
    result: None,
    read: |answer| link(answer, "/image_result/0/url"),
};

/// `{model, prompt, size, …parameters}`.
pub(super) fn image(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    if let Some(size) = body::size(&mut members) {
        members.insert("size".to_owned(), size.into());
    }
    members.insert("model".to_owned(), asked.id().into());
    members.insert("prompt".to_owned(), asked.text()?.into());
    Ok(members.into())
}

/// `{model, file}`: a page to be read.
pub(super) fn layout(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    Ok(Members::from_iter([
        ("model".to_owned(), asked.id().into()),
        ("file".to_owned(), asked.data_url("image/png")?.into()),
    ])
    .into())
}

/// What stands on the page.
pub(super) fn text(answer: &Value) -> Option<Output> {
    let text = answer.get("md_results")?.as_str()?;
    Some(Output::Json(json!([{"generated_text": text}])))
}

fn ticket(answer: &Value) -> Option<Place> {
    let id = answer.get("id")?.as_str()?;
    // Done already, and the picture is there.
    if answer.get("image_result").is_some_and(Value::is_array) {
        return None;
    }
    Some(Place::at(format!("/api/paas/v4/async-result/{id}")))
}

fn state(answer: &Value) -> State {
    match answer.get("task_status").and_then(Value::as_str) {
        Some("SUCCESS") => State::Done,
        Some("FAIL") => State::Failed(None),
        _ => State::Pending,
    }
}
