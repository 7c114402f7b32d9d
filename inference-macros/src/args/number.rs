//! Whole numbers that count something.

use quote::ToTokens;
use syn::{Expr, Lit};

use super::literal::literal;
use crate::diagnostics::error_with_help;

/// The number that the argument `name` says; zero is for the caller to judge.
pub(super) fn number(name: &str, value: &Expr, example: &str) -> syn::Result<u32> {
    let written = format!("write `{name} = {example}`");
    match literal(value) {
        Some(Lit::Int(number)) => number.base10_parse::<u32>().map_err(|_| {
            let text = if number.to_string().starts_with('-') {
                format!("`{name}` cannot be negative")
            } else {
                format!("`{name}` is too large a number")
            };
            error_with_help(value, text, written)
        }),
        Some(Lit::Str(words)) if words.value().parse::<u32>().is_ok() => Err(error_with_help(
            value,
            format!("`{name}` takes a number without quotes"),
            format!("write `{name} = {}`", words.value()),
        )),
        _ if value.to_token_stream().to_string().starts_with('-') => Err(error_with_help(
            value,
            format!("`{name}` cannot be negative"),
            written,
        )),
        _ => Err(error_with_help(
            value,
            format!("`{name}` takes a whole number"),
            written,
        )),
    }
}
