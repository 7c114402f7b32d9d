//! Bodies, whole.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{backend::Usage, task::openai};

/// Writes a question: `{"model": …, "messages": …, …parameters, "stream": …}`. Messages and parameters are JSON
/// already, as `chat-completion` writes them.
///
/// The model comes first: a proxy can route by the first bytes.
pub(in crate::backend) fn chat_body(
    model: &str,
    messages: &str,
    parameters: &str,
    stream: bool,
) -> String {
    let whole;
    let parameters = if stream || !parameters.contains("\"stream_options\"") {
        parameters
    } else {
        // A server refuses them where nothing is streamed.
        whole = without(parameters, "stream_options");
        &whole
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

/// What a whole answer says was counted.
pub(in crate::backend) fn counted(body: &[u8]) -> Option<Usage> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(default)]
        usage: Value,
        #[serde(default)]
        x_groq: Value,
    }
    let answer: Answer = serde_json::from_slice(body).ok()?;
    openai::usage(&answer.usage).or_else(|| openai::usage(answer.x_groq.get("usage")?))
}

#[cfg(test)]
mod tests {
    use super::{chat_body, counted};

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
    fn options_of_a_stream_go_with_a_stream_only() {
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
    fn finds_what_was_counted() {
        for body in [
            r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}"#,
            r#"{"usage":null,"x_groq":{"id":"r","usage":{"prompt_tokens":3,"completion_tokens":5}}}"#,
        ] {
            let usage = counted(body.as_bytes()).expect(body);
            assert_eq!(
                (usage.input_tokens, usage.output_tokens),
                (Some(3), Some(5))
            );
        }
        for body in ["{}", "[]", "<html>", r#"{"usage":{}}"#] {
            assert_eq!(counted(body.as_bytes()), None, "{body}");
        }
    }
}
