//! Request and response bodies of whole (not streaming) answers.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{backend::Usage, task::openai};

/// Writes a request body: `{"model": …, "messages": …, …parameters, "stream": …}`. Messages and parameters are JSON
/// already, as `chat-completion` writes them.
///
/// The model comes first, so that a proxy can route by the first bytes.
pub(in crate::backend) fn chat_body(
    model: &str,
    messages: &str,
    parameters: &str,
    stream: bool,
) -> String {
    let trimmed;
    let parameters = if stream || !parameters.contains("\"stream_options\"") {
        parameters
    } else {
        // Servers refuse this parameter in a request that does not stream.
        trimmed = without(parameters, "stream_options");
        &trimmed
    };
    let members = parameters
        .trim()
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .map_or("", str::trim);
    let separator = if members.is_empty() { "" } else { "," };
    let model = Value::from(model);
    format!("{{\"model\":{model},\"messages\":{messages}{separator}{members},\"stream\":{stream}}}")
}

fn without(parameters: &str, name: &str) -> String {
    let mut members: Map<String, Value> = serde_json::from_str(parameters).unwrap_or_default();
    members.remove(name);
    Value::Object(members).to_string()
}

/// Reads the usage in the body of a whole answer.
pub(in crate::backend) fn usage(body: &[u8]) -> Option<Usage> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        usage: Value,
        #[serde(default)]
        x_groq: Value,
    }
    let body: Body = serde_json::from_slice(body).ok()?;
    openai::usage(&body.usage).or_else(|| openai::usage(body.x_groq.get("usage")?))
}

#[cfg(test)]
mod tests {
    use super::{chat_body, usage};

    #[test]
    fn the_model_comes_first() {
        assert_eq!(
            chat_body("org/\"name\"", "[]", "{}", false),
            r#"{"model":"org/\"name\"","messages":[],"stream":false}"#
        );
        assert_eq!(
            chat_body("m", "[]", r#"{"seed":1}"#, true),
            r#"{"model":"m","messages":[],"seed":1,"stream":true}"#
        );
    }

    #[test]
    fn stream_options_are_sent_only_in_streaming_requests() {
        let parameters = r#"{"seed":1,"stream_options":{"include_usage":true}}"#;
        assert_eq!(
            chat_body("m", "[]", parameters, true),
            r#"{"model":"m","messages":[],"seed":1,"stream_options":{"include_usage":true},"stream":true}"#
        );
        assert_eq!(
            chat_body("m", "[]", parameters, false),
            r#"{"model":"m","messages":[],"seed":1,"stream":false}"#
        );
    }

    #[test]
    fn usage_is_read_from_both_places() {
        for body in [
            r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"#,
            r#"{"usage":null,"x_groq":{"id":"r","usage":{"prompt_tokens":3,"completion_tokens":5}}}"#,
        ] {
            let usage = usage(body.as_bytes()).expect(body);
            assert_eq!(
                (usage.input_tokens, usage.output_tokens),
                (Some(3), Some(5))
            );
        }
        for body in ["{}", "[]", "<html>", r#"{"usage":{}}"#] {
            assert_eq!(usage(body.as_bytes()), None, "{body}");
        }
    }
}
