//! Rejects times that cannot be combined, with an error at one of them.

use inference_spec::{Conflict, Layer};

use super::{source, typed};
use crate::diagnostics::{Errors, error_with_help};
use crate::operation::layered::Layered;

pub(super) fn check(layer: &Layer, layered: &Layered<'_>, errors: &mut Errors) {
    for conflict in layer.conflicts() {
        errors.handle(reject(&conflict, layered));
    }
}

/// Returns the error, located at the longer time; or at its limit, if the prediction sets only the limit itself.
fn reject(conflict: &Conflict, layered: &Layered<'_>) -> syn::Result<()> {
    let longer = source(layered, conflict.longer.key());
    let limit = source(layered, conflict.limit.key());
    let (Some(longer), Some(limit)) = (longer, limit) else {
        return Ok(());
    };
    let at_limit = limit.own && !longer.own;
    let origin = if at_limit {
        typed(limit, conflict.limit)
    } else {
        typed(longer, conflict.longer)
    };
    let text = conflict.text(at_limit);
    Err(error_with_help(origin, text, conflict.help(at_limit)))
}
