//! Reports the models of the program that cannot be called.

use std::fmt;

use super::{Inference, PlannedModel};
use crate::{
    InferenceError,
    operation::{Model, Spec, registered},
};

/// A model of one operation that cannot be called, because its backend is not registered or not configured, or does not
/// support it for the operation's task.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModelIssue {
    /// The operation's name.
    pub operation: &'static str,
    /// The model of the configuration, or else that of the annotation.
    pub model: Model,
    /// The error, with the missing setting and how to fix it.
    pub error: InferenceError,
    /// The effect on the operation.
    pub impact: Impact,
}

/// The effect on an operation of a model that cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Impact {
    /// Another model of its chain can be called.
    AnotherModel,
    /// None of its models can be called: its fallback is used.
    Fallback,
    /// None of its models can be called, and it has no fallback: every prediction fails.
    Nothing,
}

impl Inference {
    /// Returns every model of the program that cannot be called, ordered by operation. Only checks the configuration: no
    /// calls are made. Empty if all models can be called.
    ///
    /// The program decides which of them it requires:
    ///
    /// ```no_run
    /// use inference_runtime::{Inference, Impact};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let inference = Inference::from_env()?;
    /// for issue in inference.check() {
    ///     eprintln!("{issue}");
    ///     if issue.impact == Impact::Nothing {
    ///         return Err(issue.error.into());
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<ModelIssue> {
        let mut issues = Vec::new();
        for spec in registered() {
            let models = &self.plan(spec).models;
            let failures: Vec<_> = models
                .iter()
                .filter_map(|planned| Some((&planned.model, self.issue(spec, planned)?)))
                .collect();
            let impact = if failures.len() < models.len() {
                Impact::AnotherModel
            } else if spec.has_fallback() {
                Impact::Fallback
            } else {
                Impact::Nothing
            };
            issues.extend(failures.into_iter().map(|(model, error)| ModelIssue {
                operation: spec.name(),
                model: Model::clone(model),
                error,
                impact,
            }));
        }
        issues
    }
}

impl Inference {
    /// Returns why a model of an operation cannot be called.
    fn issue(&self, spec: &Spec, planned: &PlannedModel) -> Option<InferenceError> {
        match self.backend(planned) {
            Ok(backend) => backend.supports(spec.called_as(), &planned.model).err(),
            Err(error) => Some(error),
        }
    }
}

impl fmt::Display for ModelIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            model,
            error,
            impact,
        } = self;
        write!(f, "`{operation}` cannot call `{model}`, {impact}: {error}")
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnotherModel => "another model of its chain is used",
            Self::Fallback => "its fallback is used",
            Self::Nothing => "every prediction fails",
        })
    }
}
