use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    message::{Content, Message, Role},
    openai,
    tool::ToolCall,
};
use crate::{
    answer::Usage,
    task::read::{Mismatch, Read, each, field, optional, text},
};

/// What a model has answered in a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatReply {
    /// Its turn. It goes back to the model as it is when the conversation goes on.
    pub message: Message,
    /// What the model thought before it answered, where the service tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// Why it ends there, in the service's own word: `stop`, `length`, `tool_calls`, `eos_token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// How likely its tokens were, as the service tells it (with the parameter `logprobs`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<Value>,
    /// How many tokens were read and written, where the service says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

impl ChatReply {
    /// A reply of which no more is known than its text: for fallbacks and tests.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            message: Message::assistant(text.into()),
            ..Self::default()
        }
    }

    /// The reply's text, if there is one.
    pub(crate) fn into_text(self) -> Option<String> {
        match self.message.content? {
            Content::Text(text) => Some(text),
            Content::Parts(_) => None,
        }
    }
}

/// One of these is in every message, be it null.
const SIGNS: [&str; 5] = [
    "content",
    "tool_calls",
    "reasoning_content",
    "reasoning",
    "refusal",
];

/// OpenAI's response object, or what its many imitators make of it. Of several choices the first is taken.
pub(super) fn reply(value: &Value) -> Read<ChatReply> {
    let choices = field(value, "choices", |value| {
        each(value, "a list of choices", choice)
    })?;
    let mut reply = choices
        .into_iter()
        .next()
        .ok_or_else(|| Mismatch::wrong("expected a choice, found none").under("choices"))?;
    reply.usage =
        openai::usage(&value["usage"]).or_else(|| openai::usage(&value["x_groq"]["usage"]));
    Ok(reply)
}

fn choice(choice: &Value) -> Read<ChatReply> {
    let (message, reasoning) = match choice.get("message") {
        Some(message) if message.is_object() => (
            said(message).map_err(|mismatch| mismatch.under("message"))?,
            openai::reasoning(message),
        ),
        // A server for completions, asked by way of another.
        _ if choice.get("text").is_some() => {
            (Message::assistant(field(choice, "text", text)?), None)
        }
        _ => {
            return field(choice, "message", |value| {
                Err(Mismatch::expected("an object", value))
            });
        }
    };
    Ok(ChatReply {
        message,
        reasoning,
        finish_reason: choice["finish_reason"].as_str().map(str::to_owned),
        logprobs: choice
            .get("logprobs")
            .filter(|value| !value.is_null())
            .cloned(),
        usage: None,
    })
}

fn said(message: &Value) -> Read<Message> {
    let content = match message.get("content") {
        None | Some(Value::Null) => None,
        Some(value) => Some(
            openai::content(value)
                .ok_or_else(|| Mismatch::expected("text", value).under("content"))?,
        ),
    };
    let tool_calls = optional(message, "tool_calls", |value| match value {
        Value::Array(_) => each(value, "a list of calls", call),
        one => Ok(vec![call(one)?]),
    })?
    .unwrap_or_default();
    if !SIGNS.iter().any(|name| message.get(name).is_some()) {
        return Err(Mismatch::wrong(
            "expected `content` or `tool_calls`, found neither",
        ));
    }
    Ok(Message {
        role: Role::Assistant,
        content: content.map(Content::Text),
        tool_calls,
        ..Message::default()
    })
}

fn call(value: &Value) -> Read<ToolCall> {
    serde_json::from_value(value.clone())
        .map_err(|error| Mismatch::wrong(format!("expected a call of a function: {error}")))
}
