//! The checked arguments of one prediction.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, Ident, LitStr, Pat, Type};

use super::{Assignment, FailureAction, ModelInput, Policies};
use crate::args::{Fallback, Model, Postprocess, Preprocess};
use crate::tasks::Task;
use crate::template::Template;

/// The model call of one prediction, and the parameter that receives its answer.
pub(crate) struct PredictionPlan {
    pub(crate) name: OperationName,
    /// The chain of models. Never empty.
    pub(crate) models: Vec<Model>,
    pub(crate) task: &'static Task,
    pub(crate) input: ModelInput,
    pub(crate) system: Option<Template>,
    pub(crate) parameters: Vec<Assignment>,
    pub(crate) preprocess: Option<Preprocess>,
    pub(crate) postprocess: Option<Postprocess>,
    pub(crate) policies: Policies,
    pub(crate) failure: FailureAction,
    /// Whether there are several inputs.
    pub(crate) each: bool,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    /// The path `prediction` of its attribute.
    pub(crate) attr_path: TokenStream,
}

/// An operation's name.
#[derive(PartialEq, Eq)]
pub(crate) enum OperationName {
    Explicit(LitStr),
    /// The module's path, followed by these segments.
    Derived(Vec<Ident>),
}

impl OperationName {
    pub(super) fn is_explicit(&self) -> bool {
        matches!(self, Self::Explicit(_))
    }
}

impl PredictionPlan {
    /// Whether both plans make the same call.
    pub(super) fn is_duplicate_of(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
    }

    /// Returns everything in the arguments that the call depends on.
    fn fingerprint(&self) -> Vec<String> {
        let mut parts = vec![self.task.tag.to_owned()];
        parts.push(match &self.input {
            ModelInput::Input(input) => source_text(input),
            ModelInput::Prompt(prompt) => prompt.literal.value(),
        });
        parts.extend(self.system.iter().map(|system| system.literal.value()));
        parts.extend(self.models.iter().map(|model| model.literal.value()));
        parts.extend(
            self.parameters
                .iter()
                .map(|parameter| parameter.source.clone()),
        );
        parts.extend(
            self.preprocess
                .iter()
                .map(|hook| hook.0.tokens().to_string()),
        );
        parts.extend(
            self.postprocess
                .iter()
                .map(|hook| hook.0.tokens().to_string()),
        );
        if let OperationName::Explicit(literal) = &self.name {
            parts.push(literal.value());
        }
        let Policies { scope, key, .. } = &self.policies;
        parts.extend(scope.iter().chain(key).map(source_text));
        parts
    }
}

impl FailureAction {
    pub(super) fn from_fallback(fallback: Fallback) -> Self {
        Self::Fallback {
            error: fallback.error,
            value: Box::new(fallback.value),
        }
    }
}

/// Returns the source text of an expression.
fn source_text(expr: &Expr) -> String {
    expr.to_token_stream().to_string()
}
