//! What OpenAI's chat looks like on the wire, for every backend that speaks it: the router of Hugging Face, its
//! providers, and any server of the kind.
//!
//! A backend sends [`chat_body`]; a whole answer goes back as it is, since `chat-completion` reads OpenAI's response
//! object, with [`counted`] beside it. A stream goes through [`chunks`] when its status and its
//! [media type](is_event_stream) have been looked at; that takes the frames of text-generation-inference and of
//! OpenAI's completions, too.
//!
//! Protocol: <https://platform.openai.com/docs/api-reference/chat>.

mod body;
mod events;
mod frame;
mod stream;

pub(super) use body::{chat_body, counted};
pub(super) use stream::{chunks, is_event_stream};
