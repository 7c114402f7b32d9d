//! Retries, circuit breaking, rate and concurrency limits, hedging.
//!
//! Policies apply to calls to one model, behind the cache: a cache hit passes none of them.

mod attempt;
mod breaker;
mod hedge;
mod limiter;
mod model_states;
mod retry;

pub(crate) use attempt::{Asking, timed_out};
pub(crate) use model_states::{ModelStates, PolicyGuards};
