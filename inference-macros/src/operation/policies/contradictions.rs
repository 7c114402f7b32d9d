//! Times that do not go together.

use super::Policies;
use crate::args::{AttemptTimeout, Hedge, Retry, Time};
use crate::diagnostics::{Errors, error_with_help};
use crate::operation::layered::Layered;

/// A time, as it was said.
#[derive(Clone, Copy)]
struct Said<'a> {
    name: &'static str,
    time: &'a Time,
    /// In the prediction's own list, not as a default of the function.
    own: bool,
}

pub(super) fn check(policies: &Policies, both: &Layered<'_>, errors: &mut Errors) {
    let own = &both.own.args;
    let timeout = policies.timeout.as_ref().map(|time| Said {
        name: "timeout",
        time,
        own: own.timeout.is_some(),
    });
    let attempt = match &policies.attempt_timeout {
        Some(AttemptTimeout::On(time)) => Some(Said {
            name: "attempt_timeout",
            time,
            own: own.attempt_timeout.is_some() || own.retry.is_some(),
        }),
        _ => None,
    };
    if let (Some(attempt), Some(timeout)) = (attempt, timeout)
        && attempt.time.milliseconds > timeout.time.milliseconds
    {
        errors.push(too_long(
            attempt,
            timeout,
            "one attempt cannot have more time than all of them: make it shorter, or `timeout` longer",
        ));
    }
    if let Some(Hedge::On(time)) = &policies.hedge {
        let hedge = Said {
            name: "hedge",
            time,
            own: own.hedge.is_some(),
        };
        let over = [attempt, timeout]
            .into_iter()
            .flatten()
            .find(|limit| time.milliseconds >= limit.time.milliseconds);
        if let Some(limit) = over {
            errors.push(too_long(
                hedge,
                limit,
                "the first call has ended by then: make `hedge` shorter",
            ));
        }
    }
    backoff(policies, timeout, own.retry.is_some(), errors);
}

fn backoff(policies: &Policies, timeout: Option<Said<'_>>, own: bool, errors: &mut Errors) {
    let Some(Retry::On(retrying)) = &policies.retry else {
        return;
    };
    let part = |name, time| Said { name, time, own };
    let Some(backoff) = retrying.backoff.as_ref().map(|time| part("backoff", time)) else {
        return;
    };
    let longest = retrying.max_backoff.as_ref();
    let longest = longest.map(|time| part("max_backoff", time));
    let over = [longest, timeout]
        .into_iter()
        .flatten()
        .find(|limit| backoff.time.milliseconds > limit.time.milliseconds);
    if let Some(limit) = over {
        let help = format!("make it shorter, or `{}` longer", limit.name);
        errors.push(too_long(backoff, limit, &help));
    }
}

/// At the longer time; or at the limit, where that is the prediction's own word against a default.
fn too_long(longer: Said<'_>, limit: Said<'_>, help: &str) -> syn::Error {
    let (at, other, relation) = if limit.own && !longer.own {
        (limit, longer, "is not longer than")
    } else if longer.time.milliseconds == limit.time.milliseconds {
        (longer, limit, "is not shorter than")
    } else {
        (longer, limit, "is longer than")
    };
    let relation = if at.time.milliseconds < other.time.milliseconds {
        "is shorter than"
    } else {
        relation
    };
    error_with_help(
        &at.time.value,
        format!(
            "`{}` {relation} `{}`, which is {}",
            at.name,
            other.name,
            other.time.typed()
        ),
        help,
    )
}
