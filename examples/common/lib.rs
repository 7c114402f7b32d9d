//! What the examples have in common, and none of what they are about: the server around the router, the frame of the
//! page, and how an answer reaches it.

#![forbid(unsafe_code)]

mod answered;
mod page;
pub mod serve;

pub use answered::Answered;
pub use page::{missing, page};
