use std::fmt;

use super::Hints;
use crate::{ErrorKind, InferenceError};

/// One kind of service, for messages.
pub(crate) struct Kind {
    /// What it is called (`text-embeddings-inference`).
    pub(crate) name: &'static str,
    /// An address it might have.
    pub(crate) example: &'static str,
    /// What to do about its refusals.
    pub(crate) advice: Hints,
}

impl Kind {
    /// Checks that a task is one of those that the kind can do.
    pub(crate) fn supports(&self, task: &str, tasks: &[&str]) -> Result<(), InferenceError> {
        if tasks.contains(&task) {
            Ok(())
        } else {
            Err(self.unsupported(task, tasks))
        }
    }

    /// The error for a task that it cannot do.
    pub(crate) fn unsupported(&self, task: &str, tasks: &[&str]) -> InferenceError {
        let tasks: Vec<_> = tasks.iter().map(|task| format!("`{task}`")).collect();
        InferenceError::new(
            ErrorKind::Unsupported,
            format!(
                "{} cannot be asked for `{task}`; help: it does {}; take another backend for this task",
                self.name,
                tasks.join(", ")
            ),
        )
    }

    /// The error for a model or an input that cannot be put into the service's form.
    pub(crate) fn unfit(&self, what: impl fmt::Display) -> InferenceError {
        InferenceError::new(
            ErrorKind::Unsupported,
            format!("{} cannot be asked: {what}", self.name),
        )
    }
}
