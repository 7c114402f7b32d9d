//! Records inputs and outputs in spans, as messages in OpenTelemetry's form
//! (<https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/#capturing-instructions-inputs-and-outputs>), each
//! truncated. Does nothing unless the configuration enables it and the span has a subscriber.

use serde::Serialize;
use serde_json::{Value, json};
use tracing::Span;

use crate::{Inference, InferenceError, task::Payload};

/// The maximum recorded size of a message, in bytes.
const MAX_BYTES: usize = 4_096;
/// The maximum number of recorded messages of a conversation: the last ones.
const MAX_MESSAGES: usize = 16;

/// Records the input of a prediction.
pub(crate) fn record_input<'p>(
    inference: &Inference,
    span: Option<&Span>,
    payload: impl FnOnce() -> Result<&'p Payload, InferenceError>,
) {
    let Some(span) = span.filter(|span| is_enabled(inference, span)) else {
        return;
    };
    // An input that cannot be encoded is not sent.
    let Ok(payload) = payload() else { return };
    let messages = match payload {
        Payload::Json(json) => {
            let value = serde_json::from_str(json.get()).unwrap_or(Value::Null);
            conversation(&value).unwrap_or_else(|| vec![message("user", &text_of(&value))])
        }
        Payload::Media(media) => {
            let summary = format!("({} bytes of media)", media.bytes.len());
            vec![message("user", &summary)]
        }
    };
    record(span, "gen_ai.input.messages", messages);
}

/// Records the output of a prediction.
pub(super) fn record_output<O: Serialize>(inference: &Inference, span: &Span, output: &O) {
    if !is_enabled(inference, span) {
        return;
    }
    let value = serde_json::to_value(output).unwrap_or(Value::Null);
    // A chat reply has a message, a generation has a text.
    let content = value
        .get("message")
        .and_then(|message| message.get("content"));
    let content = content.or_else(|| value.get("generated_text"));
    let text = text_of(content.unwrap_or(&value));
    record(
        span,
        "gen_ai.output.messages",
        vec![message("assistant", &text)],
    );
}

/// Collects the text of a stream, if recording is enabled.
pub(super) struct StreamedText(Option<String>);

impl StreamedText {
    pub(super) fn new(inference: &Inference, span: &Span) -> Self {
        Self(is_enabled(inference, span).then(String::new))
    }

    pub(super) fn push(&mut self, chunk: &str) {
        if let Some(text) = &mut self.0
            && text.len() <= MAX_BYTES
        {
            text.push_str(chunk);
        }
    }

    pub(super) fn record(&self, span: &Span) {
        if let Some(text) = &self.0 {
            record(
                span,
                "gen_ai.output.messages",
                vec![message("assistant", text)],
            );
        }
    }
}

fn is_enabled(inference: &Inference, span: &Span) -> bool {
    inference.records_content() && !span.is_disabled()
}

fn record(span: &Span, field: &'static str, messages: Vec<Value>) {
    span.record(field, Value::Array(messages).to_string());
}

/// Returns the last messages of a conversation, if the input is one.
fn conversation(input: &Value) -> Option<Vec<Value>> {
    let turns = input.get("messages").unwrap_or(input).as_array()?;
    let first = turns.len().saturating_sub(MAX_MESSAGES);
    turns[first..]
        .iter()
        .map(|turn| {
            let role = turn.get("role")?.as_str()?;
            Some(message(
                role,
                &text_of(turn.get("content").unwrap_or(&Value::Null)),
            ))
        })
        .collect()
}

fn message(role: &str, text: &str) -> Value {
    json!({"role": role, "parts": [{"type": "text", "content": truncate(text)}]})
}

/// Returns the text of a message's content. Parts other than text are given by their type, other values as JSON.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) if parts.iter().all(|part| part.get("type").is_some()) => {
            let texts: Vec<_> = parts
                .iter()
                .map(|part| match part.get("text").and_then(Value::as_str) {
                    Some(text) => text.to_owned(),
                    None => format!("({})", part["type"].as_str().unwrap_or("part")),
                })
                .collect();
            texts.join("\n")
        }
        other => other.to_string(),
    }
}

fn truncate(text: &str) -> String {
    if text.len() <= MAX_BYTES {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(MAX_BYTES);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversation_keeps_its_roles_and_other_inputs_are_not_conversations() {
        let chat = json!([
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": [
                {"type": "text", "text": "what is it?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            ]},
        ]);
        let messages = conversation(&chat).expect("a conversation");
        assert_eq!(messages[0]["role"], "system");
        assert_eq!(
            messages[1]["parts"][0]["content"],
            "what is it?\n(image_url)"
        );
        assert!(conversation(&json!("a text")).is_none());
        assert!(conversation(&json!(["a", "b"])).is_none());
        assert_eq!(
            text_of(&json!({"question": "who?"})),
            r#"{"question":"who?"}"#
        );
    }

    #[test]
    fn long_text_is_truncated_at_a_character_boundary() {
        let long = "é".repeat(MAX_BYTES);
        let truncated = truncate(&long);
        assert!(truncated.len() <= MAX_BYTES + '…'.len_utf8());
        assert!(truncated.ends_with("é…"));
        let many = Value::Array(vec![json!({"role": "user", "content": "x"}); 100]);
        assert_eq!(
            conversation(&many).expect("a conversation").len(),
            MAX_MESSAGES
        );
    }
}
