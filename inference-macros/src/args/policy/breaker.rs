use syn::{Expr, MetaList};

use crate::args::duration::Time;
use crate::args::given::Argument;
use crate::args::literal::switch;
use crate::args::number::number;
use crate::args::parts::{Known, Parts};
use crate::diagnostics::error_with_help;

/// What is not said of a breaker: these are the runtime's, too.
const DEFAULT_FAILURES: u32 = 5;
const DEFAULT_RESET_MS: u64 = 30_000;

/// `circuit_breaker(failures = 5, reset = "30s")`: when a model that keeps failing is no longer asked.
#[derive(Clone)]
pub(crate) enum Breaker {
    Off,
    On { failures: u32, reset_ms: u64 },
}

const PARTS: Known = &[("failures", "failures = 5"), ("reset", r#"reset = "30s""#)];

impl Argument for Breaker {
    const EXAMPLE: &'static str = r#"circuit_breaker(failures = 5, reset = "30s")"#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match switch(value) {
            Some(false) => Ok(Self::Off),
            Some(true) => Ok(Self::On {
                failures: DEFAULT_FAILURES,
                reset_ms: DEFAULT_RESET_MS,
            }),
            None => Err(error_with_help(
                value,
                "`circuit_breaker` takes `true`, `false`, or a list in parentheses",
                format!("write `{}`", Self::EXAMPLE),
            )),
        }
    }

    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        let parts = Parts::read(list, PARTS)?;
        if parts.is_empty() {
            return Err(error_with_help(
                list,
                "`circuit_breaker()` says nothing",
                format!("write `{}`, or `circuit_breaker = true`", Self::EXAMPLE),
            ));
        }
        let failures = parts.get(PARTS, "failures", |name, value| {
            match number(name, value, "5")? {
                0 => Err(error_with_help(
                    value,
                    "after zero `failures` the model would never be asked",
                    "write at least `failures = 1`; `circuit_breaker = false` turns it off",
                )),
                failures => Ok(failures),
            }
        })?;
        let reset = parts.get(PARTS, "reset", Time::read)?;
        Ok(Self::On {
            failures: failures.unwrap_or(DEFAULT_FAILURES),
            reset_ms: reset.map_or(DEFAULT_RESET_MS, |reset| reset.milliseconds),
        })
    }
}
