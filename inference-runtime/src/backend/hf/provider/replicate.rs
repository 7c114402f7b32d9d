use std::time::Duration;

use serde_json::{Value, json};

use super::{
    body::{Body, Members, rename},
    job::{Job, Place, State},
    provider_request::ProviderRequest,
    provider_response::{Output, transcript},
};
use crate::InferenceError;

/// A name with a version has another.
pub(super) const PATH: &str = "/v1/models/{id}/predictions";

/// It waits for a minute itself before it gives a ticket.
const JOB: Job = Job {
    ticket,
    every: Duration::from_millis(500),
    at_once: false,
    state,
    result: None,
    read: made,
};

/// A picture, a sound or a video.
pub(super) static MADE: Job = JOB;

/// A transcript.
pub(super) static TRANSCRIPT: Job = Job {
    read: recognized,
    ..JOB
};

/// `{input: {prompt, …parameters}}`.
pub(super) fn prompt(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    Ok(wrapped(asked, prompted(asked)?))
}

/// The same, with the adapter that the model is.
pub(super) fn image(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut input = prompted(asked)?;
    adapted(asked, &mut input);
    Ok(wrapped(asked, input))
}

/// `{input: {text, …parameters}}`.
pub(super) fn speech(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut input = prompted(asked)?;
    rename(&mut input, "prompt", "text");
    Ok(wrapped(asked, input))
}

/// `{input: {audio, …parameters}}`.
pub(super) fn recognition(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut input = asked.parameters();
    input.insert("audio".to_owned(), asked.data_url("audio/wav")?.into());
    Ok(wrapped(asked, input))
}

/// The image under each of the names that models look for it.
pub(super) fn edited(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let image = asked.data_url("image/jpeg")?;
    let mut input = asked.parameters();
    for name in ["images", "input_images"] {
        input.insert(name.to_owned(), json!([image]));
    }
    for name in ["image", "input_image"] {
        input.insert(name.to_owned(), image.clone().into());
    }
    adapted(asked, &mut input);
    Ok(wrapped(asked, input))
}

fn prompted(asked: &ProviderRequest<'_>) -> Result<Members, InferenceError> {
    let mut input = asked.parameters();
    input.insert("prompt".to_owned(), asked.text()?.into());
    Ok(input)
}

fn adapted(asked: &ProviderRequest<'_>, input: &mut Members) {
    if let Some(page) = asked.adapter_page() {
        input.insert("lora_weights".to_owned(), page.into());
    }
}

fn wrapped(asked: &ProviderRequest<'_>, input: Members) -> Body {
    let mut members = Members::from_iter([("input".to_owned(), Value::Object(input))]);
    if let Some(version) = asked.version() {
        members.insert("version".to_owned(), version.into());
    }
    members.into()
}

fn ticket(answer: &Value) -> Option<Place> {
    if !answer.get("output").is_none_or(Value::is_null) {
        return None;
    }
    let place = answer.pointer("/urls/get").and_then(Place::of_url);
    place.or_else(|| {
        let id = answer.get("id")?.as_str()?;
        Some(Place::at(format!("/v1/predictions/{id}")))
    })
}

fn state(answer: &Value) -> State {
    match answer.get("status").and_then(Value::as_str) {
        Some("succeeded" | "successful") => State::Done,
        Some(over @ ("failed" | "canceled" | "aborted")) => State::Failed(Some(over.to_owned())),
        _ => State::Pending,
    }
}

fn first(answer: &Value) -> Option<&Value> {
    match answer.get("output")? {
        Value::Array(items) => items.first(),
        Value::Null => None,
        other => Some(other),
    }
}

fn made(answer: &Value) -> Option<Output> {
    Some(Output::Link(first(answer)?.as_str()?.to_owned()))
}

fn recognized(answer: &Value) -> Option<Output> {
    let output = first(answer)?;
    let text = |name: &str| output.get(name).and_then(Value::as_str);
    if let Some(said) = output
        .as_str()
        .or_else(|| text("transcription"))
        .or_else(|| text("translation"))
    {
        return Some(transcript(said));
    }
    text("txt_file").map(|address| Output::Text(address.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Output, Place, made, recognized, ticket};

    #[test]
    fn finds_what_was_made() {
        for output in [json!("https://a/b"), json!(["https://a/b", "https://a/c"])] {
            let found = made(&json!({"output": output}));
            assert_eq!(found, Some(Output::Link("https://a/b".to_owned())));
        }
        for output in [Value::Null, json!([]), json!({}), json!(3)] {
            assert_eq!(made(&json!({"output": output})), None);
        }
    }

    #[test]
    fn finds_what_was_said() {
        for output in [
            json!("hi"),
            json!(["hi"]),
            json!({"transcription": "hi"}),
            json!({"translation": "hi", "transcription": null}),
            json!([{"transcription": "hi"}]),
        ] {
            let Some(Output::Json(found)) = recognized(&json!({"output": output})) else {
                panic!("nothing in {output}");
            };
            assert_eq!(found, json!({"text": "hi"}));
        }
        assert_eq!(
            recognized(&json!({"output": {"txt_file": "https://a/b"}})),
            Some(Output::Text("https://a/b".to_owned()))
        );
    }

    #[test]
    fn a_ticket_is_for_what_is_not_there_yet() {
        let pending = json!({"id": "p", "output": null, "status": "starting"});
        assert_eq!(ticket(&pending), Some(Place::at("/v1/predictions/p")));
        let done = json!({"id": "p", "output": "x", "status": "processing"});
        assert_eq!(ticket(&done), None);
    }
}
