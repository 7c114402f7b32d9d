use syn::{Expr, MetaList};

use super::more_than_true;
use crate::args::duration::Time;
use crate::args::given::Argument;
use crate::args::literal::switch;
use crate::args::number::number;
use crate::args::parts::{Known, Parts};
use crate::diagnostics::error_with_help;

/// What is not said of a retry: these are the runtime's, too.
const DEFAULT_ATTEMPTS: u32 = 3;
const DEFAULT_BACKOFF_MS: u64 = 100;
const DEFAULT_MAX_BACKOFF_MS: u64 = 2_000;

/// `retry = 2`, or `retry(attempts = 3, backoff = "100ms")`: how often a model is asked again.
#[derive(Clone)]
pub(crate) enum Retry {
    Off,
    On(Box<Retrying>),
}

/// How a model is asked again.
#[derive(Clone)]
pub(crate) struct Retrying {
    /// All calls, the first included; at least two.
    pub(crate) attempts: u32,
    pub(crate) backoff: Option<Time>,
    pub(crate) max_backoff: Option<Time>,
    pub(crate) attempt_timeout: Option<Time>,
}

impl Retrying {
    /// The first wait, and the one that none is longer than. Of the two, the one that was not said makes room for the
    /// other.
    pub(crate) fn waits_ms(&self) -> (u64, u64) {
        let said = |time: &Option<Time>| time.as_ref().map(|time| time.milliseconds);
        match (said(&self.backoff), said(&self.max_backoff)) {
            (Some(first), Some(longest)) => (first, longest),
            (Some(first), None) => (first, first.max(DEFAULT_MAX_BACKOFF_MS)),
            (None, Some(longest)) => (longest.min(DEFAULT_BACKOFF_MS), longest),
            (None, None) => (DEFAULT_BACKOFF_MS, DEFAULT_MAX_BACKOFF_MS),
        }
    }
}

const PARTS: Known = &[
    ("attempts", "attempts = 3"),
    ("backoff", r#"backoff = "100ms""#),
    ("max_backoff", r#"max_backoff = "2s""#),
    ("attempt_timeout", r#"attempt_timeout = "1s""#),
];

impl Argument for Retry {
    const EXAMPLE: &'static str = "retry = 2";

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match switch(value) {
            Some(false) => return Ok(Self::Off),
            Some(true) => return Err(more_than_true("retry", "how often", value, Self::EXAMPLE)),
            None => {}
        }
        match number("retry", value, "2")? {
            0 => Ok(Self::Off),
            retries => Ok(Self::On(Box::new(Retrying {
                attempts: retries.saturating_add(1),
                backoff: None,
                max_backoff: None,
                attempt_timeout: None,
            }))),
        }
    }

    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        let parts = Parts::read(list, PARTS)?;
        if parts.is_empty() {
            return Err(error_with_help(
                list,
                "`retry()` says nothing",
                "write `retry = 2`, or `retry(attempts = 3)`",
            ));
        }
        let time = |name| parts.get(PARTS, name, Time::read);
        Ok(Self::On(Box::new(Retrying {
            attempts: parts
                .get(PARTS, "attempts", attempts)?
                .unwrap_or(DEFAULT_ATTEMPTS),
            backoff: time("backoff")?,
            max_backoff: time("max_backoff")?,
            attempt_timeout: time("attempt_timeout")?,
        })))
    }
}

fn attempts(name: &str, value: &Expr) -> syn::Result<u32> {
    let text = match number(name, value, "3")? {
        0 => "with zero `attempts` the model would never be asked",
        1 => "`attempts` counts the first call, too: one is no retry",
        attempts => return Ok(attempts),
    };
    Err(error_with_help(
        value,
        text,
        "write at least `attempts = 2`; `retry = false` turns it off",
    ))
}
