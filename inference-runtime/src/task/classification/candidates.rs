//! Validation of candidate labels.

use crate::{InferenceError, task::wire::invalid};

/// Rejects too few classes, and a class without a name.
pub(in crate::task) fn check_candidates(
    labels: &[String],
    at_least: usize,
) -> Result<(), InferenceError> {
    if labels.is_empty() {
        return Err(invalid(
            "`candidate_labels` is empty; help: name at least one class",
        ));
    }
    if labels.len() < at_least {
        return Err(invalid(format!(
            "`candidate_labels` has too few classes; help: name at least {at_least} classes"
        )));
    }
    if labels.iter().any(|label| label.trim().is_empty()) {
        return Err(invalid(
            "one of `candidate_labels` is blank; help: every class needs a name",
        ));
    }
    Ok(())
}

/// Rejects a template without a placeholder for the class.
pub(in crate::task) fn check_template(template: Option<&str>) -> Result<(), InferenceError> {
    match template {
        Some(template) if !template.contains("{}") => Err(invalid(
            "`hypothesis_template` has no placeholder for the class; help: write `{}` in its place",
        )),
        _ => Ok(()),
    }
}
