//! Answers, on their way to the form of the task.

use serde_json::{Value, json};

use super::job::Job;

/// What is done with a provider's answer.
#[derive(Debug)]
pub(super) enum Then {
    /// The task reads it as it is.
    AsItIs,
    /// It is read, or is none.
    Read(fn(&Value) -> Option<Output>),
    /// It may be the promise of one.
    Job(&'static Job),
}

/// What was found in an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Output {
    /// The answer in the form of the task.
    Json(Value),
    /// Media in base64.
    Base64(String),
    /// The address of media, which may be a data URL.
    Link(String),
    /// The address of a mask.
    Mask(String),
    /// The address of a text.
    Text(String),
}

/// A transcript of nothing but a text.
pub(super) fn transcript(text: &str) -> Output {
    Output::Json(json!({"text": text}))
}

/// The address at this place.
pub(super) fn link(value: &Value, pointer: &str) -> Option<Output> {
    let link = value.pointer(pointer)?.as_str()?;
    Some(Output::Link(link.to_owned()))
}

/// OpenAI's answer with an image: in base64, or its address.
pub(super) fn openai_image(value: &Value) -> Option<Output> {
    match value.pointer("/data/0/b64_json") {
        Some(Value::String(base64)) => Some(Output::Base64(base64.clone())),
        _ => link(value, "/data/0/url"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Output, openai_image};

    #[test]
    fn an_image_is_there_or_elsewhere() {
        let link = Output::Link("https://a/b".to_owned());
        for (answer, found) in [
            (
                json!({"data": [{"b64_json": "AA=="}]}),
                Some(Output::Base64("AA==".to_owned())),
            ),
            (
                json!({"data": [{"b64_json": null, "url": "https://a/b"}]}),
                Some(link),
            ),
            (json!({"data": []}), None),
            (json!("no"), None),
        ] {
            assert_eq!(openai_image(&answer), found, "{answer}");
        }
    }
}
