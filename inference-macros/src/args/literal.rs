//! Reading literals out of expressions.

use syn::{Expr, Lit, LitStr};

use crate::diagnostics::error_with_help;

/// Returns the expression without the invisible groups that `macro_rules!` puts around its fragments.
pub(crate) fn inner(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => inner(&group.expr),
        other => other,
    }
}

/// Returns the string literal, or an error with this message and help.
pub(crate) fn text(value: &Expr, message: &str, help: &str) -> syn::Result<LitStr> {
    match literal(value) {
        Some(Lit::Str(literal)) => Ok(literal.clone()),
        _ => Err(error_with_help(value, message, help)),
    }
}

/// Returns the literal, if the expression is one.
pub(super) fn literal(value: &Expr) -> Option<&Lit> {
    match inner(value) {
        Expr::Lit(literal) => Some(&literal.lit),
        _ => None,
    }
}
