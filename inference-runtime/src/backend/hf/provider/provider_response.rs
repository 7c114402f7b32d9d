//! Reads the outputs of tasks from the responses of providers.

use serde_json::{Value, json};

/// The output in a provider's response.
#[derive(Debug, PartialEq)]
pub(super) enum Output {
    /// The output of the task.
    Json(Value),
    /// Media in base64.
    Base64(String),
    /// The URL of media, which may be a data URL.
    Url(String),
    /// The URL of a mask.
    MaskUrl(String),
    /// The URL of a text.
    TextUrl(String),
}

/// Returns a transcript that has only a text.
pub(super) fn transcript(text: &str) -> Output {
    Output::Json(json!({"text": text}))
}

/// Reads the URL of media at this JSON pointer.
pub(super) fn url_at(value: &Value, pointer: &str) -> Option<Output> {
    let url = value.pointer(pointer)?.as_str()?;
    Some(Output::Url(url.to_owned()))
}

/// Reads an image in OpenAI's form: base64, or a URL.
pub(super) fn openai_image(value: &Value) -> Option<Output> {
    match value.pointer("/data/0/b64_json") {
        Some(Value::String(base64)) => Some(Output::Base64(base64.clone())),
        _ => url_at(value, "/data/0/url"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Output, openai_image};

    #[test]
    fn an_image_is_read_as_base64_or_url() {
        let url = Output::Url("https://a/b".to_owned());
        for (response, found) in [
            (
                json!({"data": [{"b64_json": "AA=="}]}),
                Some(Output::Base64("AA==".to_owned())),
            ),
            (
                json!({"data": [{"b64_json": null, "url": "https://a/b"}]}),
                Some(url),
            ),
            (json!({"data": []}), None),
            (json!("no"), None),
        ] {
            assert_eq!(openai_image(&response), found, "{response}");
        }
    }
}
