use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members, take_size},
    endpoint::ResourcePath,
    job::{Job, State},
    provider_request::ProviderRequest,
    provider_response::{Output, url_at},
};
use crate::InferenceError;

/// A job whose result is an image.
pub(super) static IMAGE_JOB: Job = Job {
    status_path,
    interval: Duration::from_secs(5),
    poll_immediately: true,
    state,
    result_path: None,
    read: |response| url_at(response, "/image_result/0/url"),
};

/// `{model, prompt, size, …parameters}`.
pub(super) fn text_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    if let Some(size) = take_size(&mut members) {
        members.insert("size".to_owned(), size.into());
    }
    members.insert("model".to_owned(), request.id().into());
    members.insert("prompt".to_owned(), request.text()?.into());
    Ok(members.into())
}

/// `{model, file}`: an image of a page.
pub(super) fn image_to_text(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    Ok(Members::from_iter([
        ("model".to_owned(), request.id().into()),
        ("file".to_owned(), request.data_url("image/png")?.into()),
    ])
    .into())
}

/// Reads the text of the page.
pub(super) fn page_text(response: &Value) -> Option<Output> {
    let text = response.get("md_results")?.as_str()?;
    Some(Output::Json(json!([{"generated_text": text}])))
}

fn status_path(response: &Value) -> Option<ResourcePath> {
    let id = response.get("id")?.as_str()?;
    // The first response has the image already.
    if response.get("image_result").is_some_and(Value::is_array) {
        return None;
    }
    Some(ResourcePath::new(format!("/api/paas/v4/async-result/{id}")))
}

fn state(response: &Value) -> State {
    match response.get("task_status").and_then(Value::as_str) {
        Some("SUCCESS") => State::Done,
        Some("FAIL") => State::Failed(None),
        _ => State::Pending,
    }
}
