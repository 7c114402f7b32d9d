use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members, rename},
    endpoint::ResourcePath,
    job::{Job, State},
    provider_request::ProviderRequest,
    provider_response::url_at,
    shared_bodies,
};
use crate::InferenceError;

/// A job whose result is a video.
pub(super) static VIDEO_JOB: Job = Job {
    status_path,
    interval: Duration::from_secs(2),
    poll_immediately: false,
    state,
    result_path: None,
    read: |response| url_at(response, "/outputs/video_url"),
};

/// `{model, prompt, response_format, …parameters}`.
pub(super) fn text_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = image_members(request);
    members.insert("prompt".to_owned(), request.text()?.into());
    Ok(members.into())
}

/// `{model, prompt, image_url or reference_images, response_format, …parameters}`.
pub(super) fn image_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = image_members(request);
    // The prompt is required.
    members
        .entry("prompt")
        .or_insert_with(|| Value::String(String::new()));
    let image = request.data_url("image/jpeg")?;
    let name = request.id().to_lowercase();
    if name.contains("flux.1") && name.contains("kontext") {
        members.insert("image_url".to_owned(), image.into());
    } else {
        members.insert("reference_images".to_owned(), json!([image]));
    }
    Ok(members.into())
}

/// `{model, input, voice, …parameters}`.
pub(super) fn text_to_speech(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = shared_bodies::input(request)?;
    // This model requires a voice. Those of other models have other names.
    if !members.contains_key("voice") && request.id().to_lowercase().contains("kokoro") {
        members.insert("voice".to_owned(), "af_alloy".into());
    }
    Ok(members.into())
}

/// `{model, prompt, …parameters}`.
pub(super) fn text_to_video(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = video_members(request);
    members.insert("prompt".to_owned(), request.text()?.into());
    Ok(members.into())
}

/// `{model, frame_images, …parameters}`.
pub(super) fn image_to_video(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let frame = request.data_url("image/png")?;
    let mut members = video_members(request);
    let frames = json!([{"input_image": frame, "frame": "first"}]);
    members.insert("frame_images".to_owned(), frames);
    Ok(members.into())
}

fn image_members(request: &ProviderRequest<'_>) -> Members {
    let mut members = request.parameters();
    rename(&mut members, "num_inference_steps", "steps");
    members.insert("response_format".to_owned(), "base64".into());
    members.insert("model".to_owned(), request.id().into());
    members
}

fn video_members(request: &ProviderRequest<'_>) -> Members {
    let mut members = request.parameters();
    rename(&mut members, "num_inference_steps", "steps");
    if let Some(Value::Object(size)) = members.remove("target_size") {
        members.extend(size);
    }
    members.insert("model".to_owned(), request.id().into());
    members
}

fn status_path(response: &Value) -> Option<ResourcePath> {
    let id = response.get("id")?.as_str()?;
    Some(ResourcePath::new(format!("/v2/videos/{id}")))
}

fn state(response: &Value) -> State {
    match response.get("status").and_then(Value::as_str) {
        None | Some("queued" | "in_progress") => State::Pending,
        Some("completed") => State::Done,
        // The message of a failure is under `error`, and is in the error already.
        Some(other) => State::Failed(Some(other.to_owned())),
    }
}
