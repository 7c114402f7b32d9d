//! The wire format of OpenAI's chat, for every backend that uses it: the router of Hugging Face, its
//! providers, and OpenAI-compatible servers.
//!
//! A backend sends [`chat_body`]; a whole answer is returned unchanged, since `chat-completion` reads OpenAI's response
//! object, with its [`usage`]. A stream is read by [`chunks`] after its status and
//! [media type](is_event_stream) have been checked; it also reads the frames of text-generation-inference and of
//! OpenAI's completions.
//!
//! Protocol: <https://platform.openai.com/docs/api-reference/chat>.

mod body;
mod events;
mod frame;
mod stream;

pub(super) use body::{chat_body, usage};
pub(super) use stream::{chunks, is_event_stream};
