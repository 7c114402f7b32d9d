//! Conversations.

use super::kinds::{Kind, TOOL_CHOICE};
use super::{Parameter, Task, optional, task};

tags! {
    CHAT_COMPLETION = "chat-completion";
    IMAGE_TEXT_TO_TEXT = "image-text-to-text";
}

pub(super) static CHATS: &[Task] = &[
    task(
        CHAT_COMPLETION,
        "ChatCompletion",
        &["chat", "chat-completions", "conversational"],
        PARAMETERS,
    ),
    // Models that look at images have a tag of their own, and are called as a chat.
    task(
        IMAGE_TEXT_TO_TEXT,
        "ImageTextToText",
        &["vision-language", "vlm"],
        PARAMETERS,
    ),
];
const PARAMETERS: &[Parameter] = &[
    optional("extra_body", Kind::Json),
    optional("frequency_penalty", Kind::Number),
    optional("logit_bias", Kind::Json),
    optional("logprobs", Kind::Switch),
    optional("max_tokens", Kind::Integer),
    optional("n", Kind::Integer),
    optional("presence_penalty", Kind::Number),
    optional("reasoning_effort", Kind::Text),
    optional("response_format", Kind::Json),
    optional("seed", Kind::Integer),
    optional("stop", Kind::Texts),
    optional("stream_options", Kind::Json),
    optional("temperature", Kind::Number),
    optional("tool_choice", Kind::Choice(&TOOL_CHOICE)),
    optional("tool_prompt", Kind::Text),
    optional("tools", Kind::Tools),
    optional("top_logprobs", Kind::Integer),
    optional("top_p", Kind::Number),
];
