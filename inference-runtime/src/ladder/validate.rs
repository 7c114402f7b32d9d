//! The error of an output that failed validation twice.

use crate::{ErrorKind, InferenceError, call::Rejection, task::Task};

impl<T: Task> Rejection<T> {
    /// The end, when the model has been told and has done no better.
    pub(super) fn into_error(self, type_name: &str, provider: Option<&str>) -> InferenceError {
        let message = format!(
            "the answer cannot be read as `{type_name}`, the second one neither; help: say in the prompt what each field holds, or take a model that keeps to schemas"
        );
        let error = InferenceError::new(ErrorKind::UnexpectedOutput, message)
            .with_upstream(&self.text)
            .with_source(self.reason);
        match provider {
            Some(provider) => error.with_provider(provider),
            None => error,
        }
    }
}
