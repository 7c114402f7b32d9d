//! What of a program's models could not be asked.

use std::fmt;

use super::{Inference, PlannedModel};
use crate::{
    InferenceError,
    operation::{Model, Spec, registered},
};

/// A model of one operation that cannot be asked: its backend is not there, lacks what it needs, or does not support the
/// task.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModelIssue {
    /// The operation's name.
    pub operation: &'static str,
    /// The model, as the configuration or else the annotation names it.
    pub model: Model,
    /// What is missing, and what to do about it.
    pub error: InferenceError,
    /// What the operation is left with.
    pub impact: Impact,
}

/// What is left of an operation, one of whose models cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Impact {
    /// Another model of its chain can be asked.
    AnotherModel,
    /// None of its models can be asked: its fallback answers.
    Fallback,
    /// None of its models can be asked, and it has no fallback: every prediction fails.
    Nothing,
}

impl Inference {
    /// Every model of the program that cannot be asked, by the names of the operations: a look at what is configured,
    /// which calls nobody. Empty where all is well.
    ///
    /// A program decides for itself what it can do without:
    ///
    /// ```no_run
    /// use inference_runtime::{Inference, Impact};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let inference = Inference::from_env()?;
    /// for problem in inference.check() {
    ///     eprintln!("{problem}");
    ///     if problem.impact == Impact::Nothing {
    ///         return Err(problem.error.into());
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<ModelIssue> {
        let mut problems = Vec::new();
        for spec in registered() {
            let models = &self.plan(spec).models;
            let failures: Vec<_> = models
                .iter()
                .filter_map(|served| Some((&served.model, self.issue(spec, served)?)))
                .collect();
            let impact = if failures.len() < models.len() {
                Impact::AnotherModel
            } else if spec.has_fallback() {
                Impact::Fallback
            } else {
                Impact::Nothing
            };
            problems.extend(failures.into_iter().map(|(model, error)| ModelIssue {
                operation: spec.name(),
                model: Model::clone(model),
                error,
                impact,
            }));
        }
        problems
    }
}

impl Inference {
    /// Why a model of an operation cannot be asked.
    fn issue(&self, spec: &Spec, served: &PlannedModel) -> Option<InferenceError> {
        match self.backend(served) {
            Ok(backend) => backend.supports(spec.asked_as(), &served.model).err(),
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
        write!(f, "`{operation}` cannot ask `{model}`, {impact}: {error}")
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnotherModel => "and asks another model",
            Self::Fallback => "and answers with its fallback",
            Self::Nothing => "and fails",
        })
    }
}
