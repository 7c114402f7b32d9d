//! Chat tasks.

mod accept;
mod completion;
mod image;
mod message;
pub(crate) mod openai;
mod parameters;
mod reply;
#[cfg(test)]
mod tests;
mod tool;

pub use completion::{Chat, ChatCompletion};
pub use image::{ImageText, ImageTextToText};
pub use message::{Content, ImageUrl, Message, Part, Role};
pub use parameters::ChatCompletionParameters;
pub use reply::ChatReply;
pub use tool::{Function, FunctionCall, Tool, ToolCall, ToolChoice};
