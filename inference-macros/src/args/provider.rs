//! The providers behind Hugging Face's router. Which of them serves the task is checked when the task is known.

use syn::LitStr;

use crate::diagnostics::{did_you_mean, error_with_help};
use crate::tasks::providers::{is_wish, names};

/// Refuses a provider that there is not, or that is none.
pub(super) fn check(provider: &str, literal: &LitStr) -> syn::Result<()> {
    if is_wish(provider) || names().any(|name| name == provider) {
        return Ok(());
    }
    Err(error_with_help(
        literal,
        format!("unknown provider `{provider}`"),
        did_you_mean(provider, names()),
    ))
}
