use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{self, Body, Members, rename},
    job::{Job, Place, State},
    provider_request::ProviderRequest,
    provider_response::link,
};
use crate::InferenceError;

/// A video.
pub(super) static VIDEO: Job = Job {
    ticket,
    every: Duration::from_secs(2),
    at_once: false,
    state,
    result: None,
    read: |answer| link(answer, "/outputs/video_url"),
};

/// `{model, prompt, response_format, …parameters}`.
pub(super) fn image(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = pictured(asked);
    members.insert("prompt".to_owned(), asked.text()?.into());
    Ok(members.into())
}

/// The same with a picture to begin with.
pub(super) fn edited(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = pictured(asked);
    // It is asked for in any case.
    members
        .entry("prompt")
        .or_insert_with(|| Value::String(String::new()));
    let picture = asked.data_url("image/jpeg")?;
    let name = asked.id().to_lowercase();
    if name.contains("flux.1") && name.contains("kontext") {
        members.insert("image_url".to_owned(), picture.into());
    } else {
        members.insert("reference_images".to_owned(), json!([picture]));
    }
    Ok(members.into())
}

/// `{model, input, voice, …parameters}`.
pub(super) fn speech(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = body::input(asked)?;
    // It speaks in no voice but one that is named. Those of other models have other names.
    if !members.contains_key("voice") && asked.id().to_lowercase().contains("kokoro") {
        members.insert("voice".to_owned(), "af_alloy".into());
    }
    Ok(members.into())
}

/// `{model, prompt, …parameters}`.
pub(super) fn video(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = filmed(asked);
    members.insert("prompt".to_owned(), asked.text()?.into());
    Ok(members.into())
}

/// The same from a first frame.
pub(super) fn animated(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let frame = asked.data_url("image/png")?;
    let mut members = filmed(asked);
    let frames = json!([{"input_image": frame, "frame": "first"}]);
    members.insert("frame_images".to_owned(), frames);
    Ok(members.into())
}

fn pictured(asked: &ProviderRequest<'_>) -> Members {
    let mut members = asked.parameters();
    rename(&mut members, "num_inference_steps", "steps");
    members.insert("response_format".to_owned(), "base64".into());
    members.insert("model".to_owned(), asked.id().into());
    members
}

fn filmed(asked: &ProviderRequest<'_>) -> Members {
    let mut members = asked.parameters();
    rename(&mut members, "num_inference_steps", "steps");
    if let Some(Value::Object(size)) = members.remove("target_size") {
        members.extend(size);
    }
    members.insert("model".to_owned(), asked.id().into());
    members
}

fn ticket(answer: &Value) -> Option<Place> {
    let id = answer.get("id")?.as_str()?;
    Some(Place::at(format!("/v2/videos/{id}")))
}

fn state(answer: &Value) -> State {
    match answer.get("status").and_then(Value::as_str) {
        None | Some("queued" | "in_progress") => State::Pending,
        Some("completed") => State::Done,
        // A failure's words are under `error`, and have been told.
        Some(other) => State::Failed(Some(other.to_owned())),
    }
}
