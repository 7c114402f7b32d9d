use std::fmt;

use super::Hints;
use crate::{ErrorKind, InferenceError};

/// The kind of a service, for error messages.
pub(crate) struct ServiceKind {
    /// The name (`text-embeddings-inference`).
    pub(crate) name: &'static str,
    /// An example of its base URL.
    pub(crate) example: &'static str,
    /// Help for its errors.
    pub(crate) hints: Hints,
}

impl ServiceKind {
    /// Checks that the service supports a task.
    pub(crate) fn supports(&self, task: &str, tasks: &[&str]) -> Result<(), InferenceError> {
        if tasks.contains(&task) {
            Ok(())
        } else {
            Err(self.unsupported(task, tasks))
        }
    }

    /// Returns the error for a task that the service does not support.
    pub(crate) fn unsupported(&self, task: &str, tasks: &[&str]) -> InferenceError {
        let tasks: Vec<_> = tasks.iter().map(|task| format!("`{task}`")).collect();
        InferenceError::new(
            ErrorKind::Unsupported,
            format!(
                "{} does not support the task `{task}`; help: it supports {}; use another backend for this task",
                self.name,
                tasks.join(", ")
            ),
        )
    }

    /// Returns the error for a model or a request that the service's protocol cannot express.
    pub(crate) fn unsupported_request(&self, reason: impl fmt::Display) -> InferenceError {
        InferenceError::new(
            ErrorKind::Unsupported,
            format!("{} does not support this request: {reason}", self.name),
        )
    }
}
