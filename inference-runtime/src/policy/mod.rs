//! Retries, circuit breaking, rate and concurrency limits, and hedging of the calls to one model.
//!
//! The policies apply behind the cache: a cache hit passes none of them.

mod breaker;
mod guarded_call;
mod hedge;
mod limiter;
mod model_states;
mod retry;

pub(crate) use guarded_call::timed_out;
pub(crate) use model_states::{ModelStates, PolicyGuards};
