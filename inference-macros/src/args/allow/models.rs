use syn::{Expr, LitStr};

use super::Range;
use crate::args::literal::{inner, text};
use crate::args::model::HUGGING_FACE;
use crate::diagnostics::error_with_help;

/// One pattern, or an array of them.
pub(super) fn read(value: &Expr) -> syn::Result<Range> {
    let patterns = match inner(value) {
        Expr::Array(array) if array.elems.is_empty() => {
            return Err(error_with_help(
                value,
                "no model is allowed",
                "leave `model` out of `allow`: it cannot be changed then",
            ));
        }
        Expr::Array(array) => array
            .elems
            .iter()
            .map(pattern)
            .collect::<syn::Result<_>>()?,
        one => vec![pattern(one)?],
    };
    Ok(Range::Models {
        patterns,
        value: value.clone(),
    })
}

fn pattern(value: &Expr) -> syn::Result<String> {
    let literal: LitStr = text(
        value,
        "`model` takes models in quotes",
        "write `model = \"org/*\"`, or an array of such",
    )?;
    let pattern = literal.value();
    let exact = pattern.strip_suffix('*').unwrap_or(&pattern);
    let wrong = if pattern.is_empty() {
        "the pattern is empty"
    } else if exact.contains('*') {
        "a `*` stands at the end of a pattern"
    } else if exact.contains(char::is_whitespace) {
        "a model has no blanks in it"
    } else {
        // Hugging Face's models go by their names alone.
        let prefix = format!("{HUGGING_FACE}::");
        return Ok(match pattern.strip_prefix(&prefix) {
            Some(name) => name.to_owned(),
            None => pattern,
        });
    };
    Err(error_with_help(
        &literal,
        wrong,
        "write a model, or how its name begins: `\"org/name\"`, `\"org/*\"`, `\"local::*\"`",
    ))
}
