//! Conversations.

use super::super::kinds::{Kind, TOOL_CHOICE};
use super::super::{Parameter, Task};
use super::{optional, task};

pub(crate) static CHAT_COMPLETION: Task = task("chat-completion", "ChatCompletion", PARAMETERS);

/// Models that look at images have a tag of their own, and are asked as a chat.
pub(super) static IMAGE_TEXT_TO_TEXT: Task =
    task("image-text-to-text", "ImageTextToText", PARAMETERS);

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
