use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members, rename},
    job::{Job, Place, State},
    provider_request::ProviderRequest,
    provider_response::{Output, link},
};
use crate::{ErrorKind, InferenceError, task::Media};

/// The adapters of this model need to be told what they adapt.
const ANY_ADAPTER: &str = "fal-ai/lora";
const ADAPTED: &str = "stabilityai/stable-diffusion-xl-base-1.0";

const JOB: Job = Job {
    ticket: |answer| below(answer, "/status"),
    every: Duration::from_millis(500),
    at_once: false,
    state,
    result: Some(|answer| below(answer, "")),
    read: made,
};

/// A picture or a video from the queue.
pub(super) static MADE: Job = JOB;

/// A mask from the queue.
pub(super) static MASK: Job = Job { read: mask, ..JOB };

/// `{prompt, image_size, …parameters}`.
pub(super) fn image(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = prompted(asked)?;
    if let (Some(width), Some(height)) = (members.get("width"), members.get("height")) {
        let size = json!({"width": width, "height": height});
        members.remove("width");
        members.remove("height");
        members.insert("image_size".to_owned(), size);
    }
    adapted(asked, &mut members);
    if members.contains_key("loras") && asked.id() == ANY_ADAPTER {
        members.insert("model_name".to_owned(), ADAPTED.into());
    }
    Ok(members.into())
}

/// `{prompt, …parameters}`.
pub(super) fn video(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = prompted(asked)?;
    adapted(asked, &mut members);
    Ok(members.into())
}

/// `{text, …parameters}`.
pub(super) fn speech(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    members.insert("text".to_owned(), asked.text()?.into());
    Ok(members.into())
}

/// `{image_url, image_urls, image_size, …parameters}`: some models look for the list.
pub(super) fn edited(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let image = asked.data_url("image/jpeg")?;
    let mut members = asked.parameters();
    rename(&mut members, "target_size", "image_size");
    members.insert("image_urls".to_owned(), json!([image]));
    members.insert("image_url".to_owned(), image.into());
    adapted(asked, &mut members);
    Ok(members.into())
}

/// `{image_url, …parameters}`.
pub(super) fn animated(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    members.insert("image_url".to_owned(), asked.data_url("image/jpeg")?.into());
    adapted(asked, &mut members);
    Ok(members.into())
}

/// `{image_url, sync_mode, …parameters}`: the mask comes with the answer.
pub(super) fn segmented(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    members.insert("image_url".to_owned(), asked.data_url("image/png")?.into());
    members.insert("sync_mode".to_owned(), true.into());
    Ok(members.into())
}

/// `{audio_url, …parameters}`.
pub(super) fn recognition(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let sound = asked.media()?;
    let sound = Media::new(sound.bytes.clone(), known_as(&sound.media_type)?);
    let mut members = asked.parameters();
    members.insert("audio_url".to_owned(), sound.to_data_url().into());
    Ok(members.into())
}

/// The media type under which a sound is taken: it goes by the extension that its own table has for the type.
fn known_as(media_type: &str) -> Result<&'static str, InferenceError> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    Ok(match essence {
        // What shows no sign of its format is most often a stream of MPEG frames.
        "audio/mpeg" | "audio/mp3" | "audio/x-audio" | "application/octet-stream" => "audio/mpeg",
        "audio/wav" | "audio/wave" | "audio/x-wav" => "audio/x-wav",
        "audio/webm" | "video/webm" => "video/webm",
        other => {
            return Err(InferenceError::new(
                ErrorKind::InvalidInput,
                format!("`fal-ai` takes no sound in `{other}`; help: send MP3, WAV or WebM"),
            ));
        }
    })
}

fn prompted(asked: &ProviderRequest<'_>) -> Result<Members, InferenceError> {
    let mut members = asked.parameters();
    members.insert("prompt".to_owned(), asked.text()?.into());
    Ok(members)
}

fn adapted(asked: &ProviderRequest<'_>, members: &mut Members) {
    if let Some(path) = asked.adapter_weights() {
        let adapter = json!([{"path": path, "scale": 1}]);
        members.insert("loras".to_owned(), adapter);
    }
}

/// A place below that of the result. The model's name in it may be another than the one that was asked.
fn below(answer: &Value, end: &str) -> Option<Place> {
    let result = Place::of_url(answer.get("response_url")?)?;
    Some(Place::at(format!("{}{end}", result.path)))
}

fn state(answer: &Value) -> State {
    match answer.get("status").and_then(Value::as_str) {
        Some("COMPLETED") => State::Done,
        Some(over @ ("FAILED" | "ERROR" | "CANCELLED")) => State::Failed(Some(over.to_owned())),
        _ => State::Pending,
    }
}

/// The address of what was made, under the name of its kind.
pub(super) fn made(answer: &Value) -> Option<Output> {
    [
        "/images/0/url",
        "/image/url",
        "/video/url",
        "/audio/url",
        "/audio_file/url",
    ]
    .into_iter()
    .find_map(|place| link(answer, place))
}

fn mask(answer: &Value) -> Option<Output> {
    let address = answer.pointer("/image/url")?.as_str()?;
    Some(Output::Mask(address.to_owned()))
}

/// What was said. Models differ in the name of it, and in that of its pieces.
pub(super) fn transcript(answer: &Value) -> Option<Output> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let mut transcript = json!({"text": text("text").or_else(|| text("output"))?});
    for pieces in ["chunks", "segments"] {
        if let Some(found) = answer.get(pieces).filter(|found| found.is_array()) {
            transcript[pieces] = found.clone();
        }
    }
    Some(Output::Json(transcript))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Output, known_as, transcript};

    #[test]
    fn sounds_go_by_the_names_it_knows() {
        for (from, to) in [
            ("audio/mpeg", "audio/mpeg"),
            ("audio/wav", "audio/x-wav"),
            ("audio/webm; codecs=opus", "video/webm"),
        ] {
            assert_eq!(known_as(from).expect(from), to);
        }
        for other in ["audio/flac", "audio/ogg", "audio/mp4", "audio/x-m4a"] {
            let error = known_as(other).expect_err(other);
            assert!(
                error.is_client_error() && error.to_string().contains(other),
                "{error}"
            );
        }
    }

    #[test]
    fn finds_a_transcript_under_both_names() {
        let chunks = json!([{"text": "hi", "timestamp": [0.0, 1.0]}]);
        for answer in [
            json!({"text": "hi", "chunks": chunks, "inferred_languages": ["en"]}),
            json!({"output": "hi", "chunks": chunks}),
        ] {
            let expected = json!({"text": "hi", "chunks": chunks});
            assert_eq!(transcript(&answer), Some(Output::Json(expected)));
        }
        assert_eq!(transcript(&json!({"chunks": []})), None);
    }
}
