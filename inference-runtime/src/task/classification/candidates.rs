//! The classes that a caller lets a model choose from.

use crate::{InferenceError, task::wire::invalid};

/// Refuses fewer classes than the model can choose from, and a class without a name.
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
            "`candidate_labels` leaves no choice; help: name at least {at_least} classes"
        )));
    }
    if labels.iter().any(|label| label.trim().is_empty()) {
        return Err(invalid(
            "one of `candidate_labels` is blank; help: every class needs a name",
        ));
    }
    Ok(())
}

/// Refuses a template that no class can be put into.
pub(in crate::task) fn check_template(template: Option<&str>) -> Result<(), InferenceError> {
    match template {
        Some(template) if !template.contains("{}") => Err(invalid(
            "`hypothesis_template` has no place for the class; help: put `{}` where it goes",
        )),
        _ => Ok(()),
    }
}
