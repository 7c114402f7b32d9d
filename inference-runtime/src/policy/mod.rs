//! What is done about a slow, failing or overloaded model: asking again, not asking any more, asking less, asking twice.
//!
//! All of it stands around a call to one model, behind the cache: an answer that is there already passes none of it.

mod attempt;
mod breaker;
mod hedge;
mod limiter;
mod retry;
mod states;

pub(crate) use attempt::{Asking, timed_out};
pub(crate) use states::{Guards, States};
