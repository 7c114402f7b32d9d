use inference_spec::model;
use syn::{Expr, LitStr};

use super::Range;
use crate::args::literal::{inner, text};
use crate::args::model::spanned;
use crate::diagnostics::error_with_help;

/// Reads a pattern, or an array of patterns.
pub(super) fn read(value: &Expr) -> syn::Result<Range> {
    let patterns = match inner(value) {
        Expr::Array(array) if array.elems.is_empty() => {
            return Err(error_with_help(
                value,
                "the array of models is empty",
                "remove `model` from `allow`: it cannot be changed then",
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
        "`model` accepts models in quotes",
        "write `model = \"org/*\"`, or an array of patterns",
    )?;
    let typed = literal.value();
    let pattern = model::pattern(&typed).map_err(|error| spanned(error, &literal))?;
    Ok(pattern.to_owned())
}
