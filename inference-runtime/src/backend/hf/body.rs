//! The body of a request. Input and parameters are JSON already: they are concatenated without being parsed again.

use std::borrow::Cow;

use super::provider::{Body, CHAT, HF_INFERENCE, dialect};
use crate::{
    backend::{Request, openai_wire},
    task::Payload,
};

/// Writes the body with these parameters, which are a JSON object. Media without parameters are the body itself; with
/// parameters they are base64 in a JSON body.
pub(super) fn write(request: &Request, parameters: &str, stream: bool) -> Body {
    if request.task() == CHAT
        && let Payload::Json(messages) = request.payload()
    {
        // The router reads the provider from a suffix of the model's name; for `hf-inference` it is in the path.
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
    let inner = inner_json(parameters);
    let inputs = match request.payload() {
        Payload::Json(inputs) => Cow::Borrowed(inputs.get()),
        Payload::Media(media) if inner.is_empty() => {
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
    if request.parameters_at_root() && !inner.is_empty() {
        body.push(',');
        body.push_str(inner);
    } else if !inner.is_empty() {
        body.push_str(",\"parameters\":{");
        body.push_str(inner);
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

/// Returns the text between an object's braces.
fn inner_json(object: &str) -> &str {
    let object = object.trim();
    object
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .map_or("", str::trim)
}

/// Returns the parameters that the model does not accept, from the message that services send for text generation:
/// ``The following `model_kwargs` are not used by the model: ['a', 'b']``.
pub(super) fn rejected_parameters<'w>(message: &'w str) -> impl Iterator<Item = &'w str> + use<'w> {
    message
        .split_once("The following `model_kwargs` are not used by the model: [")
        .and_then(|(_, list)| list.split_once(']'))
        .map_or("", |(list, _)| list)
        .split(',')
        .map(|name| name.trim_matches([' ', '\'', '"']))
        .filter(|name| !name.is_empty())
}

/// Returns the parameters without those named; `None` if none of them is set.
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
    use super::{inner_json, rejected_parameters, without};

    #[test]
    fn the_text_between_the_braces_is_returned() {
        assert_eq!(inner_json("{}"), "");
        assert_eq!(inner_json(" { \"a\":{} } "), "\"a\":{}");
    }

    #[test]
    fn exactly_the_rejected_parameters_are_removed() {
        let message = "The following `model_kwargs` are not used by the model: ['watermark', 'top_n'] (note: typos in [these] show up too)";
        assert_eq!(
            rejected_parameters(message).collect::<Vec<_>>(),
            ["watermark", "top_n"]
        );
        let left = without(
            "{\"watermark\":true,\"seed\":1}",
            rejected_parameters(message),
        );
        assert_eq!(left.as_deref(), Some("{\"seed\":1}"));
        assert_eq!(without("{\"seed\":1}", rejected_parameters(message)), None);
        assert_eq!(rejected_parameters("[a]").count(), 0);
    }
}
