use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    message::{Content, Message, Role},
    openai,
    tool::ToolCall,
};
use crate::{
    answer::Usage,
    task::read::{Mismatch, ReadResult, each, field, optional, text},
};

/// The model's reply in a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatReply {
    /// The message. Send it back unchanged to continue the conversation.
    pub message: Message,
    /// The model's reasoning, if the service sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// Why the model stopped, as the service names it: `stop`, `length`, `tool_calls`, `eos_token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// The log probabilities of the tokens, as the service sends them (with the parameter `logprobs`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<Value>,
    /// The token usage, if the service sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

impl ChatReply {
    /// Creates a reply of text only, for fallbacks and tests.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            message: Message::assistant(text.into()),
            ..Self::default()
        }
    }

    /// Returns the reply's text, if there is one.
    pub(crate) fn into_text(self) -> Option<String> {
        match self.message.content? {
            Content::Text(text) => Some(text),
            Content::Parts(_) => None,
        }
    }
}

/// Every message has at least one of these fields, possibly null.
const MESSAGE_FIELDS: [&str; 5] = [
    "content",
    "tool_calls",
    "reasoning_content",
    "reasoning",
    "refusal",
];

/// Reads OpenAI's response object and its variants in compatible services. The first of several choices is used.
pub(super) fn reply(value: &Value) -> ReadResult<ChatReply> {
    let choices = field(value, "choices", |value| {
        each(value, "a list of choices", choice)
    })?;
    let mut reply = choices
        .into_iter()
        .next()
        .ok_or_else(|| Mismatch::new("expected a choice, found none").under("choices"))?;
    reply.usage =
        openai::usage(&value["usage"]).or_else(|| openai::usage(&value["x_groq"]["usage"]));
    Ok(reply)
}

fn choice(choice: &Value) -> ReadResult<ChatReply> {
    let (message, reasoning) = match choice.get("message") {
        Some(message) if message.is_object() => (
            read_message(message).map_err(|mismatch| mismatch.under("message"))?,
            openai::reasoning(message),
        ),
        // A completions server behind a chat endpoint.
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

fn read_message(message: &Value) -> ReadResult<Message> {
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
    if !MESSAGE_FIELDS
        .iter()
        .any(|name| message.get(name).is_some())
    {
        return Err(Mismatch::new(
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

fn call(value: &Value) -> ReadResult<ToolCall> {
    serde_json::from_value(value.clone())
        .map_err(|error| Mismatch::new(format!("expected a call of a function: {error}")))
}
