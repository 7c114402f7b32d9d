use serde::{Deserialize, Serialize};

use super::{
    message::{Content, Message, Part},
    parameters::ChatCompletionParameters,
    reply::{self, ChatReply},
};
use crate::{
    InferenceError,
    task::{DecodeError, Payload, RawResponse, Task, wire::invalid},
};

/// `chat-completion`: a conversation → its next message.
///
/// Wire: OpenAI's, as in the
/// [specification](https://huggingface.co/docs/inference-providers/tasks/chat-completion). A backend receives the messages
/// as the payload and the other fields of OpenAI's body as the parameters, and returns OpenAI's response object.
#[derive(Clone, Copy, Debug)]
pub struct ChatCompletion;

/// A conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// The messages, the oldest first.
    pub messages: Vec<Message>,
}

impl Chat {
    /// Creates a conversation of these messages.
    #[must_use]
    pub fn new(messages: impl IntoIterator<Item = Message>) -> Self {
        Self {
            messages: messages.into_iter().collect(),
        }
    }
}

impl From<Vec<Message>> for Chat {
    fn from(messages: Vec<Message>) -> Self {
        Self { messages }
    }
}

impl Task for ChatCompletion {
    const NAME: &'static str = inference_spec::tasks::CHAT_COMPLETION;
    const PARAMETERS_AT_ROOT: bool = true;
    type Input = Chat;
    type Parameters = ChatCompletionParameters;
    type Output = ChatReply;

    fn check(_: &Chat, parameters: &Self::Parameters) -> Result<(), InferenceError> {
        parameters.check()
    }

    fn encode(input: &Chat) -> Result<Payload, InferenceError> {
        if input.messages.is_empty() {
            return Err(invalid("a conversation needs at least one message"));
        }
        Payload::json(&input.messages)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &Chat,
        _: &Self::Parameters,
    ) -> Result<ChatReply, DecodeError> {
        Ok(reply::reply(&answer.json()?)?)
    }

    fn finish_reason(output: &ChatReply) -> Option<&str> {
        output.finish_reason.as_deref()
    }

    fn size(input: &Chat) -> usize {
        input.messages.iter().map(size).sum()
    }
}

fn size(message: &Message) -> usize {
    let content = match &message.content {
        None => 0,
        Some(Content::Text(text)) => text.len(),
        Some(Content::Parts(parts)) => parts.iter().map(part_size).sum(),
    };
    let calls = message.tool_calls.iter();
    content
        + calls
            .map(|call| call.function.name.len() + call.function.arguments.len())
            .sum::<usize>()
}

fn part_size(part: &Part) -> usize {
    match part {
        Part::Text { text } => text.len(),
        Part::ImageUrl { image_url } => match image_url.url.split_once(";base64,") {
            // Four characters encode three bytes.
            Some((_, data)) => data.trim_end_matches('=').len() * 3 / 4,
            None => image_url.url.len(),
        },
    }
}
