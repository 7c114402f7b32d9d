//! What is done around a call, and whether its parts go together.

mod allowed;
mod contradictions;

use super::layered::Layered;
use crate::args::{
    Allow, Args, AttemptTimeout, Breaker, Cache, Concurrency, Hedge, Model, RateLimit, Retry, Time,
};
use crate::diagnostics::{Errors, error_with_help};

/// The policies of one prediction. What is `None` was not said.
pub(crate) struct Policies {
    pub(crate) cache: Option<Cache>,
    pub(crate) timeout: Option<Time>,
    pub(crate) retry: Option<Retry>,
    pub(crate) attempt_timeout: Option<AttemptTimeout>,
    pub(crate) circuit_breaker: Option<Breaker>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) concurrency: Option<Concurrency>,
    pub(crate) hedge: Option<Hedge>,
    pub(crate) allow: Option<Allow>,
}

impl Policies {
    pub(super) fn read(both: &Layered<'_>, models: Option<&[Model]>, errors: &mut Errors) -> Self {
        for args in both.lists() {
            two_attempt_timeouts(args, errors);
        }
        let policies = Self {
            cache: both.value(|args| &args.cache, errors),
            timeout: both.value(|args| &args.timeout, errors).map(|time| time.0),
            retry: both.value(|args| &args.retry, errors),
            attempt_timeout: attempt_timeout(both, errors),
            circuit_breaker: both.value(|args| &args.circuit_breaker, errors),
            rate_limit: both.value(|args| &args.rate_limit, errors),
            concurrency: both.value(|args| &args.concurrency, errors),
            hedge: both.value(|args| &args.hedge, errors),
            allow: both.value(|args| &args.allow, errors),
        };
        contradictions::check(&policies, both, errors);
        allowed::check(&policies, both, models, errors);
        policies
    }
}

/// The time for one call: said by itself, or as a part of `retry`. A prediction's own word counts more than the
/// function's, whichever of the two it is.
fn attempt_timeout(both: &Layered<'_>, errors: &mut Errors) -> Option<AttemptTimeout> {
    let by_itself = both.value(|args| &args.attempt_timeout, errors);
    if both.own.args.attempt_timeout.is_some() {
        return by_itself;
    }
    let retry = both.given(|args| &args.retry);
    let part = match retry.map(|given| &given.value) {
        Some(Ok(Retry::On(retrying))) => retrying.attempt_timeout.clone(),
        _ => None,
    };
    part.map(AttemptTimeout::On).or(by_itself)
}

fn two_attempt_timeouts(args: &Args, errors: &mut Errors) {
    if let Some(retry) = &args.retry
        && let Ok(Retry::On(retrying)) = &retry.value
        && let Some(part) = &retrying.attempt_timeout
        && args.attempt_timeout.is_some()
    {
        errors.push(error_with_help(
            &part.value,
            "`attempt_timeout` is given twice",
            "keep the argument or the part of `retry`",
        ));
    }
}
