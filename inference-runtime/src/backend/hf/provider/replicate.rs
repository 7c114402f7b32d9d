use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members, rename},
    endpoint::ResourcePath,
    job::{Job, State},
    provider_request::ProviderRequest,
    provider_response::{Output, transcript},
};
use crate::InferenceError;

/// The path for models without a version.
pub(super) const PATH: &str = "/v1/models/{id}/predictions";

/// Replicate itself waits up to a minute before it returns a job.
const JOB: Job = Job {
    status_path,
    interval: Duration::from_millis(500),
    poll_immediately: false,
    state,
    result_path: None,
    read: media,
};

/// A job whose result is an image, audio or a video.
pub(super) static MEDIA_JOB: Job = JOB;

/// A job whose result is a transcript.
pub(super) static TRANSCRIPT_JOB: Job = Job {
    read: read_transcript,
    ..JOB
};

/// `{input: {prompt, …parameters}}`.
pub(super) fn prompt(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    Ok(wrap(request, with_prompt(request)?))
}

/// `{input: {prompt, lora_weights, …parameters}}`; the weights if the model is an adapter.
pub(super) fn text_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut input = with_prompt(request)?;
    add_lora(request, &mut input);
    Ok(wrap(request, input))
}

/// `{input: {text, …parameters}}`.
pub(super) fn text_to_speech(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut input = with_prompt(request)?;
    rename(&mut input, "prompt", "text");
    Ok(wrap(request, input))
}

/// `{input: {audio, …parameters}}`.
pub(super) fn speech_recognition(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut input = request.parameters();
    input.insert("audio".to_owned(), request.data_url("audio/wav")?.into());
    Ok(wrap(request, input))
}

/// The image, under each of the names that models read.
pub(super) fn image_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let image = request.data_url("image/jpeg")?;
    let mut input = request.parameters();
    for name in ["images", "input_images"] {
        input.insert(name.to_owned(), json!([image]));
    }
    for name in ["image", "input_image"] {
        input.insert(name.to_owned(), image.clone().into());
    }
    add_lora(request, &mut input);
    Ok(wrap(request, input))
}

fn with_prompt(request: &ProviderRequest<'_>) -> Result<Members, InferenceError> {
    let mut input = request.parameters();
    input.insert("prompt".to_owned(), request.text()?.into());
    Ok(input)
}

fn add_lora(request: &ProviderRequest<'_>, input: &mut Members) {
    if let Some(page) = request.adapter_page() {
        input.insert("lora_weights".to_owned(), page.into());
    }
}

fn wrap(request: &ProviderRequest<'_>, input: Members) -> Body {
    let mut members = Members::from_iter([("input".to_owned(), Value::Object(input))]);
    if let Some(version) = request.version() {
        members.insert("version".to_owned(), version.into());
    }
    members.into()
}

fn status_path(response: &Value) -> Option<ResourcePath> {
    if !response.get("output").is_none_or(Value::is_null) {
        return None;
    }
    let path = response
        .pointer("/urls/get")
        .and_then(ResourcePath::from_url);
    path.or_else(|| {
        let id = response.get("id")?.as_str()?;
        Some(ResourcePath::new(format!("/v1/predictions/{id}")))
    })
}

fn state(response: &Value) -> State {
    match response.get("status").and_then(Value::as_str) {
        Some("succeeded" | "successful") => State::Done,
        Some(failed @ ("failed" | "canceled" | "aborted")) => {
            State::Failed(Some(failed.to_owned()))
        }
        _ => State::Pending,
    }
}

fn first(response: &Value) -> Option<&Value> {
    match response.get("output")? {
        Value::Array(items) => items.first(),
        Value::Null => None,
        other => Some(other),
    }
}

fn media(response: &Value) -> Option<Output> {
    Some(Output::Url(first(response)?.as_str()?.to_owned()))
}

fn read_transcript(response: &Value) -> Option<Output> {
    let output = first(response)?;
    let member = |name: &str| output.get(name).and_then(Value::as_str);
    if let Some(text) = output
        .as_str()
        .or_else(|| member("transcription"))
        .or_else(|| member("translation"))
    {
        return Some(transcript(text));
    }
    member("txt_file").map(|url| Output::TextUrl(url.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Output, ResourcePath, media, read_transcript, status_path};

    #[test]
    fn the_url_of_media_is_read() {
        for output in [json!("https://a/b"), json!(["https://a/b", "https://a/c"])] {
            let found = media(&json!({"output": output}));
            assert_eq!(found, Some(Output::Url("https://a/b".to_owned())));
        }
        for output in [Value::Null, json!([]), json!({}), json!(3)] {
            assert_eq!(media(&json!({"output": output})), None);
        }
    }

    #[test]
    fn transcripts_are_read_in_every_form() {
        for output in [
            json!("hi"),
            json!(["hi"]),
            json!({"transcription": "hi"}),
            json!({"translation": "hi", "transcription": null}),
            json!([{"transcription": "hi"}]),
        ] {
            let Some(Output::Json(found)) = read_transcript(&json!({"output": output})) else {
                panic!("nothing in {output}");
            };
            assert_eq!(found, json!({"text": "hi"}));
        }
        assert_eq!(
            read_transcript(&json!({"output": {"txt_file": "https://a/b"}})),
            Some(Output::TextUrl("https://a/b".to_owned()))
        );
    }

    #[test]
    fn only_a_pending_job_is_polled() {
        let pending = json!({"id": "p", "output": null, "status": "starting"});
        assert_eq!(
            status_path(&pending),
            Some(ResourcePath::new("/v1/predictions/p"))
        );
        let done = json!({"id": "p", "output": "x", "status": "processing"});
        assert_eq!(status_path(&done), None);
    }
}
