//! Times that cannot be combined, at the place where one of them was typed.

use inference_spec::{Conflict, Layer};

use super::{source, typed};
use crate::diagnostics::{Errors, error_with_help};
use crate::operation::layered::Layered;

pub(super) fn check(layer: &Layer, layered: &Layered<'_>, errors: &mut Errors) {
    for conflict in layer.conflicts() {
        errors.handle(refuse(&conflict, layered));
    }
}

/// At the longer time; or at its limit, where that is the prediction's own and the other is a default.
fn refuse(conflict: &Conflict, layered: &Layered<'_>) -> syn::Result<()> {
    let longer = source(layered, conflict.longer.key());
    let limit = source(layered, conflict.limit.key());
    let (Some(longer), Some(limit)) = (longer, limit) else {
        return Ok(());
    };
    let at_limit = limit.own && !longer.own;
    let place = if at_limit {
        typed(limit, conflict.limit)
    } else {
        typed(longer, conflict.longer)
    };
    let text = conflict.text(at_limit);
    Err(error_with_help(place, text, conflict.help(at_limit)))
}
