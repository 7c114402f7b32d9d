//! The error of an output that was rejected twice.

use crate::{ErrorKind, InferenceError, call::Rejection, task::Task};

pub(super) fn rejection_error<T: Task>(
    rejection: Rejection<T>,
    type_name: &str,
    provider: Option<&str>,
) -> InferenceError {
    let message = format!(
        "the model's answer cannot be read as `{type_name}`, after a second attempt; help: describe each field in the prompt, or use a model that follows schemas"
    );
    let error = InferenceError::new(ErrorKind::UnexpectedOutput, message)
        .with_upstream(&rejection.text)
        .with_source(rejection.reason);
    match provider {
        Some(provider) => error.with_provider(provider),
        None => error,
    }
}
