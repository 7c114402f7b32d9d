use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members, rename},
    endpoint::ResourcePath,
    job::{Job, State},
    provider_request::ProviderRequest,
    provider_response::{Output, url_at},
};
use crate::{ErrorKind, InferenceError, task::Media};

/// This model runs any LoRA adapter, and requires the name of the adapter's base model.
const LORA_MODEL: &str = "fal-ai/lora";
const LORA_BASE_MODEL: &str = "stabilityai/stable-diffusion-xl-base-1.0";

const JOB: Job = Job {
    status_path: |response| below_result(response, "/status"),
    interval: Duration::from_millis(500),
    poll_immediately: false,
    state,
    result_path: Some(|response| below_result(response, "")),
    read: media,
};

/// A queued job whose result is an image, a video or audio.
pub(super) static MEDIA_JOB: Job = JOB;

/// A queued job whose result is a mask.
pub(super) static MASK_JOB: Job = Job { read: mask, ..JOB };

/// `{prompt, image_size, …parameters}`.
pub(super) fn text_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = with_prompt(request)?;
    if let (Some(width), Some(height)) = (members.get("width"), members.get("height")) {
        let size = json!({"width": width, "height": height});
        members.remove("width");
        members.remove("height");
        members.insert("image_size".to_owned(), size);
    }
    add_lora(request, &mut members);
    if members.contains_key("loras") && request.id() == LORA_MODEL {
        members.insert("model_name".to_owned(), LORA_BASE_MODEL.into());
    }
    Ok(members.into())
}

/// `{prompt, …parameters}`.
pub(super) fn text_to_video(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = with_prompt(request)?;
    add_lora(request, &mut members);
    Ok(members.into())
}

/// `{text, …parameters}`.
pub(super) fn text_to_speech(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    members.insert("text".to_owned(), request.text()?.into());
    Ok(members.into())
}

/// `{image_url, image_urls, image_size, …parameters}`: some models read the list.
pub(super) fn image_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let image = request.data_url("image/jpeg")?;
    let mut members = request.parameters();
    rename(&mut members, "target_size", "image_size");
    members.insert("image_urls".to_owned(), json!([image]));
    members.insert("image_url".to_owned(), image.into());
    add_lora(request, &mut members);
    Ok(members.into())
}

/// `{image_url, …parameters}`.
pub(super) fn image_to_video(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    members.insert(
        "image_url".to_owned(),
        request.data_url("image/jpeg")?.into(),
    );
    add_lora(request, &mut members);
    Ok(members.into())
}

/// `{image_url, sync_mode, …parameters}`: the response contains the mask.
pub(super) fn image_segmentation(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    members.insert(
        "image_url".to_owned(),
        request.data_url("image/png")?.into(),
    );
    members.insert("sync_mode".to_owned(), true.into());
    Ok(members.into())
}

/// `{audio_url, …parameters}`.
pub(super) fn speech_recognition(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let audio = request.media()?;
    let audio = Media::new(audio.bytes.clone(), accepted_type(&audio.media_type)?);
    let mut members = request.parameters();
    members.insert("audio_url".to_owned(), audio.to_data_url().into());
    Ok(members.into())
}

/// Returns the media type under which fal accepts audio: fal maps it to a file extension by a table of its own.
fn accepted_type(media_type: &str) -> Result<&'static str, InferenceError> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    Ok(match essence {
        // Audio of an unknown format is most often a stream of MPEG frames.
        "audio/mpeg" | "audio/mp3" | "audio/x-audio" | "application/octet-stream" => "audio/mpeg",
        "audio/wav" | "audio/wave" | "audio/x-wav" => "audio/x-wav",
        "audio/webm" | "video/webm" => "video/webm",
        other => {
            return Err(InferenceError::new(
                ErrorKind::InvalidInput,
                format!("`fal-ai` does not accept audio in `{other}`; help: send MP3, WAV or WebM"),
            ));
        }
    })
}

fn with_prompt(request: &ProviderRequest<'_>) -> Result<Members, InferenceError> {
    let mut members = request.parameters();
    members.insert("prompt".to_owned(), request.text()?.into());
    Ok(members)
}

fn add_lora(request: &ProviderRequest<'_>, members: &mut Members) {
    if let Some(path) = request.adapter_weights() {
        let adapter = json!([{"path": path, "scale": 1}]);
        members.insert("loras".to_owned(), adapter);
    }
}

/// Returns a path below that of the result. The model's name in it may differ from the requested one.
fn below_result(response: &Value, end: &str) -> Option<ResourcePath> {
    let result = ResourcePath::from_url(response.get("response_url")?)?;
    Some(ResourcePath::new(format!("{}{end}", result.path)))
}

fn state(response: &Value) -> State {
    match response.get("status").and_then(Value::as_str) {
        Some("COMPLETED") => State::Done,
        Some(failed @ ("FAILED" | "ERROR" | "CANCELLED")) => State::Failed(Some(failed.to_owned())),
        _ => State::Pending,
    }
}

/// Reads the URL of the generated media, under the name of its kind.
pub(super) fn media(response: &Value) -> Option<Output> {
    [
        "/images/0/url",
        "/image/url",
        "/video/url",
        "/audio/url",
        "/audio_file/url",
    ]
    .into_iter()
    .find_map(|pointer| url_at(response, pointer))
}

fn mask(response: &Value) -> Option<Output> {
    let url = response.pointer("/image/url")?.as_str()?;
    Some(Output::MaskUrl(url.to_owned()))
}

/// Reads a transcript. Models differ in the name of the text, and in that of its chunks.
pub(super) fn transcript(response: &Value) -> Option<Output> {
    let text = |name: &str| response.get(name).and_then(Value::as_str);
    let mut transcript = json!({"text": text("text").or_else(|| text("output"))?});
    for name in ["chunks", "segments"] {
        if let Some(chunks) = response.get(name).filter(|chunks| chunks.is_array()) {
            transcript[name] = chunks.clone();
        }
    }
    Some(Output::Json(transcript))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Output, accepted_type, transcript};

    #[test]
    fn audio_is_sent_under_accepted_types() {
        for (from, to) in [
            ("audio/mpeg", "audio/mpeg"),
            ("audio/wav", "audio/x-wav"),
            ("audio/webm; codecs=opus", "video/webm"),
        ] {
            assert_eq!(accepted_type(from).expect(from), to);
        }
        for other in ["audio/flac", "audio/ogg", "audio/mp4", "audio/x-m4a"] {
            let error = accepted_type(other).expect_err(other);
            assert!(
                error.is_client_error() && error.to_string().contains(other),
                "{error}"
            );
        }
    }

    #[test]
    fn transcripts_are_read_under_both_names() {
        let chunks = json!([{"text": "hi", "timestamp": [0.0, 1.0]}]);
        for response in [
            json!({"text": "hi", "chunks": chunks, "inferred_languages": ["en"]}),
            json!({"output": "hi", "chunks": chunks}),
        ] {
            let expected = json!({"text": "hi", "chunks": chunks});
            assert_eq!(transcript(&response), Some(Output::Json(expected)));
        }
        assert_eq!(transcript(&json!({"chunks": []})), None);
    }
}
