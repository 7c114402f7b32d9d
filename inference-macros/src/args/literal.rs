//! Reading literals out of expressions.

use syn::{Expr, Lit, LitStr};

use crate::diagnostics::error_with_help;

/// The expression without the invisible groups that `macro_rules!` puts around what it passes on.
pub(crate) fn inner(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => inner(&group.expr),
        other => other,
    }
}

/// The string literal that `value` is, or an error that says `text` and helps.
pub(crate) fn text(value: &Expr, text: &str, help: &str) -> syn::Result<LitStr> {
    match literal(value) {
        Some(Lit::Str(literal)) => Ok(literal.clone()),
        _ => Err(error_with_help(value, text, help)),
    }
}

/// The literal that `value` is.
pub(super) fn literal(value: &Expr) -> Option<&Lit> {
    match inner(value) {
        Expr::Lit(literal) => Some(&literal.lit),
        _ => None,
    }
}
