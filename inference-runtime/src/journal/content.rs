//! What was asked and answered, for those who want it in their traces: as messages in OpenTelemetry's form
//! (<https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/#capturing-instructions-inputs-and-outputs>),
//! each cut to a bounded length. Nothing here runs unless the configuration asks for it and somebody listens.

use serde::Serialize;
use serde_json::{Value, json};
use tracing::Span;

use crate::{Inference, InferenceError, task::Payload};

/// So much of a message is recorded, in bytes.
const MAX_BYTES: usize = 4_096;
/// So many of the last messages of a conversation are recorded.
const MAX_MESSAGES: usize = 16;

/// Records what a model is asked about.
pub(crate) fn record_input<'p>(
    inference: &Inference,
    span: Option<&Span>,
    payload: impl FnOnce() -> Result<&'p Payload, InferenceError>,
) {
    let Some(span) = span.filter(|span| wanted(inference, span)) else {
        return;
    };
    // One that cannot be written is not asked.
    let Ok(payload) = payload() else { return };
    let messages = match payload {
        Payload::Json(json) => {
            let value = serde_json::from_str(json.get()).unwrap_or(Value::Null);
            conversation(&value).unwrap_or_else(|| vec![message("user", &text_of(&value))])
        }
        Payload::Media(media) => {
            let what = format!("({} bytes of media)", media.bytes.len());
            vec![message("user", &what)]
        }
    };
    record(span, "gen_ai.input.messages", messages);
}

/// Records what a model has answered.
pub(super) fn record_output<O: Serialize>(inference: &Inference, span: &Span, output: &O) {
    if !wanted(inference, span) {
        return;
    }
    let value = serde_json::to_value(output).unwrap_or(Value::Null);
    // A reply holds its message, a generation its text.
    let said = value.get("message").and_then(|said| said.get("content"));
    let said = said.or_else(|| value.get("generated_text"));
    let text = text_of(said.unwrap_or(&value));
    record(
        span,
        "gen_ai.output.messages",
        vec![message("assistant", &text)],
    );
}

/// The text of a stream, where it is wanted.
pub(super) struct StreamedText(Option<String>);

impl StreamedText {
    pub(super) fn new(inference: &Inference, span: &Span) -> Self {
        Self(wanted(inference, span).then(String::new))
    }

    pub(super) fn add(&mut self, piece: &str) {
        if let Some(text) = &mut self.0
            && text.len() <= MAX_BYTES
        {
            text.push_str(piece);
        }
    }

    pub(super) fn tell(&self, span: &Span) {
        if let Some(text) = &self.0 {
            record(
                span,
                "gen_ai.output.messages",
                vec![message("assistant", text)],
            );
        }
    }
}

fn wanted(inference: &Inference, span: &Span) -> bool {
    inference.records_content() && !span.is_disabled()
}

fn record(span: &Span, field: &'static str, messages: Vec<Value>) {
    span.record(field, Value::Array(messages).to_string());
}

/// The last turns of a conversation, where the input is one.
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
    json!({"role": role, "parts": [{"type": "text", "content": cut(text)}]})
}

/// A text as it is; of parts the texts and the names of the others; anything else as JSON.
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

fn cut(text: &str) -> String {
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
    fn conversations_keep_their_roles_and_other_inputs_are_the_users() {
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
    fn long_texts_are_cut_where_a_letter_ends() {
        let long = "é".repeat(MAX_BYTES);
        let cut = cut(&long);
        assert!(cut.len() <= MAX_BYTES + '…'.len_utf8());
        assert!(cut.ends_with("é…"));
        let many = Value::Array(vec![json!({"role": "user", "content": "x"}); 100]);
        assert_eq!(
            conversation(&many).expect("a conversation").len(),
            MAX_MESSAGES
        );
    }
}
