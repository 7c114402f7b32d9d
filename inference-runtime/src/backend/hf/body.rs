//! The body of a question. Input and parameters are JSON already: they are put together and not read again.

use std::borrow::Cow;

use http::HeaderValue;

use super::provider::{Body, CHAT, HF_INFERENCE, dialect};
use crate::{
    backend::{Request, openai_wire},
    task::Payload,
};

/// Writes the body with these parameters, which are a JSON object. Media without parameters are the body; with
/// parameters they are base64 in its JSON.
pub(super) fn write(request: &Request, parameters: &str, stream: bool) -> Body {
    if request.task() == CHAT
        && let Payload::Json(messages) = request.payload()
    {
        // The router finds the provider behind the model's name; `hf-inference` is in the path.
        let (model, parameters) = match request.provider() {
            Some("auto") | None => (Cow::Borrowed(request.model()), Cow::Borrowed(parameters)),
            Some(HF_INFERENCE) => (
                Cow::Borrowed(request.model()),
                dialect(HF_INFERENCE, parameters),
            ),
            Some(provider) => (
                Cow::Owned(format!("{}:{provider}", request.model())),
                Cow::Borrowed(parameters),
            ),
        };
        return Body::json(openai_wire::chat_body(
            &model,
            messages.get(),
            &parameters,
            stream,
        ));
    }
    let members = members(parameters);
    let inputs = match request.payload() {
        Payload::Json(inputs) => Cow::Borrowed(inputs.get()),
        Payload::Media(media) if members.is_empty() => {
            return Body {
                bytes: media.bytes.clone(),
                content_type: media.content_type(),
            };
        }
        // Base64 needs no escapes.
        Payload::Media(media) => Cow::Owned(format!("\"{}\"", media.to_base64())),
    };
    let inputs = &*inputs;
    let mut body = String::with_capacity(inputs.len() + parameters.len() + 48);
    body.push_str("{\"inputs\":");
    body.push_str(inputs);
    if request.parameters_at_root() && !members.is_empty() {
        body.push(',');
        body.push_str(members);
    } else if !members.is_empty() {
        body.push_str(",\"parameters\":{");
        body.push_str(members);
        body.push('}');
    }
    if request.task() == "text-generation" {
        body.push_str(if stream {
            ",\"stream\":true"
        } else {
            ",\"stream\":false"
        });
    }
    body.push('}');
    Body::json(body)
}

/// What the answer should be. Images are asked for by name: some models would send them in JSON otherwise.
pub(super) fn accept(task: &str, stream: bool) -> HeaderValue {
    const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
    const PNG: HeaderValue = HeaderValue::from_static("image/png");
    const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    match task {
        _ if stream => EVENTS,
        "text-to-image" | "image-to-image" => PNG,
        "text-to-speech" | "text-to-video" | "image-to-video" | "audio-to-audio" => ANYTHING,
        _ => JSON,
    }
}

/// What stands between an object's braces.
fn members(object: &str) -> &str {
    let object = object.trim();
    object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .map_or("", str::trim)
}

/// The parameters that a service says the model does not take, as it says it for text generation:
/// ``The following `model_kwargs` are not used by the model: ['a', 'b']``.
pub(super) fn unused<'w>(words: &'w str) -> impl Iterator<Item = &'w str> + use<'w> {
    words
        .split_once("The following `model_kwargs` are not used by the model: [")
        .and_then(|(_, list)| list.split_once(']'))
        .map_or("", |(list, _)| list)
        .split(',')
        .map(|name| name.trim_matches([' ', '\'', '"']))
        .filter(|name| !name.is_empty())
}

/// The parameters less those named, where any of them is there.
pub(super) fn without<'n>(
    parameters: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<String> {
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(parameters).ok()?;
    let before = object.len();
    for name in names {
        object.remove(name);
    }
    (object.len() < before).then(|| serde_json::Value::Object(object).to_string())
}

#[cfg(test)]
mod tests {
    use super::{members, unused, without};

    #[test]
    fn finds_what_stands_between_the_braces() {
        assert_eq!(members("{}"), "");
        assert_eq!(members(" { \"a\":{} } "), "\"a\":{}");
    }

    #[test]
    fn drops_exactly_the_parameters_the_model_does_not_take() {
        let words = "The following `model_kwargs` are not used by the model: ['watermark', 'top_n'] (note: typos in [these] show up too)";
        assert_eq!(unused(words).collect::<Vec<_>>(), ["watermark", "top_n"]);
        let left = without("{\"watermark\":true,\"seed\":1}", unused(words));
        assert_eq!(left.as_deref(), Some("{\"seed\":1}"));
        assert_eq!(without("{\"seed\":1}", unused(words)), None);
        assert_eq!(unused("[a]").count(), 0);
    }
}
