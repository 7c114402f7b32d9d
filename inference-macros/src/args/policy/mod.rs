//! What is done around a call, a file for each: `retry`, `attempt_timeout`, `circuit_breaker`, `rate_limit`,
//! `concurrency`, `hedge`.

mod attempt;
mod breaker;
mod concurrency;
mod hedge;
mod rate;
mod retry;

pub(crate) use attempt::AttemptTimeout;
pub(crate) use breaker::Breaker;
pub(crate) use concurrency::Concurrency;
pub(crate) use hedge::Hedge;
pub(crate) use rate::RateLimit;
pub(crate) use retry::Retry;

use syn::Expr;

use crate::diagnostics::error_with_help;

/// `name = true`, of what has to say more than that.
fn more_than_true(name: &str, what: &str, value: &Expr, example: &str) -> syn::Error {
    error_with_help(
        value,
        format!("`{name} = true` does not say {what}"),
        format!("write `{example}`"),
    )
}
