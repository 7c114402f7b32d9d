//! Chat, in OpenAI's form or a dialect of it.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::{body::Body, provider_request::ProviderRequest};
use crate::{ErrorKind, InferenceError, backend::openai_wire, task::Payload};

/// `{model, messages, …parameters, stream}`.
pub(super) fn write(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let Payload::Json(messages) = request.inner.payload() else {
        return Err(InferenceError::new(
            ErrorKind::Unsupported,
            "the input of a chat is media, and not messages",
        ));
    };
    let parameters = dialect(request.provider, request.inner.parameters().get());
    Ok(Body::json(openai_wire::chat_body(
        request.id(),
        messages.get(),
        &parameters,
        request.stream,
    )))
}

/// Returns a chat's parameters in the dialect of a provider: some expect the schema of an answer in another member, and
/// [`hf-inference`](super::names::HF_INFERENCE) still expects the form of the first text-generation-inference.
pub(in crate::backend::hf) fn dialect<'p>(provider: &str, parameters: &'p str) -> Cow<'p, str> {
    let has_dialect = matches!(
        provider,
        "cerebras" | "cohere" | "fireworks-ai" | "hf-inference" | "together"
    );
    if !has_dialect {
        return Cow::Borrowed(parameters);
    }
    let Ok(mut members) = serde_json::from_str::<Map<String, Value>>(parameters) else {
        return Cow::Borrowed(parameters);
    };
    let changed = if provider == "cerebras" {
        // Cerebras refuses unknown parameters.
        members.remove("store").is_some()
    } else {
        let format = members.get("response_format").and_then(|format| {
            let schema = format.pointer("/json_schema/schema")?.clone();
            (format.get("type")? == "json_schema").then_some(())?;
            Some(match provider {
                "hf-inference" => json!({"type": "json_object", "value": schema}),
                "together" => json!({"type": "json_schema", "schema": schema}),
                _ => json!({"type": "json_object", "schema": schema}),
            })
        });
        format
            .map(|format| members.insert("response_format".to_owned(), format))
            .is_some()
    };
    if changed {
        Cow::Owned(Value::Object(members).to_string())
    } else {
        Cow::Borrowed(parameters)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::dialect;

    #[test]
    fn the_schema_is_sent_in_the_form_of_the_provider() {
        let schema = json!({"type": "object"});
        let openai = json!({
            "seed": 1,
            "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": true}},
        });
        for (provider, format) in [
            (
                "hf-inference",
                json!({"type": "json_object", "value": schema}),
            ),
            ("cohere", json!({"type": "json_object", "schema": schema})),
            (
                "fireworks-ai",
                json!({"type": "json_object", "schema": schema}),
            ),
            ("together", json!({"type": "json_schema", "schema": schema})),
            ("groq", openai["response_format"].clone()),
            ("nscale", openai["response_format"].clone()),
        ] {
            let written: Value =
                serde_json::from_str(&dialect(provider, &openai.to_string())).expect("JSON");
            assert_eq!(
                written,
                json!({"seed": 1, "response_format": format}),
                "{provider}"
            );
        }
    }

    #[test]
    fn other_parameters_are_unchanged() {
        for parameters in [
            "{}",
            r#"{"response_format":{"type":"json_object"}}"#,
            r#"{"response_format":{"type":"json_schema","json_schema":{"name":"n"}},"seed":1}"#,
        ] {
            for provider in ["together", "cohere", "cerebras", "hf-inference"] {
                assert_eq!(dialect(provider, parameters), parameters);
            }
        }
        assert_eq!(
            dialect("cerebras", r#"{"seed":1,"store":true}"#),
            r#"{"seed":1}"#
        );
        assert_eq!(dialect("groq", r#"{"store":true}"#), r#"{"store":true}"#);
    }
}
