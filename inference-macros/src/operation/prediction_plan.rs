//! One prediction, ready to be written down.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, Ident, LitStr, Pat, Type};

use super::{Assignment, FailureAction, ModelInput, Policies};
use crate::args::{Cache, Fallback, Model, Postprocess, Preprocess};
use crate::tasks::Task;
use crate::template::Template;

/// What is asked, of whom, and how the answer is delivered.
pub(crate) struct PredictionPlan {
    pub(crate) name: OperationName,
    /// Never empty.
    pub(crate) models: Vec<Model>,
    pub(crate) task: &'static Task,
    pub(crate) input: ModelInput,
    pub(crate) system: Option<Template>,
    pub(crate) parameters: Vec<Assignment>,
    pub(crate) preprocess: Option<Preprocess>,
    pub(crate) postprocess: Option<Postprocess>,
    pub(crate) policies: Policies,
    /// In bytes.
    pub(crate) max_input: Option<u64>,
    pub(crate) failure: FailureAction,
    /// Whether the input is several.
    pub(crate) each: bool,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    /// The word `prediction` of its mark.
    pub(crate) attr_path: TokenStream,
}

/// An operation's name.
#[derive(PartialEq, Eq)]
pub(crate) enum OperationName {
    Explicit(LitStr),
    /// The module's path, and these words after it.
    Derived(Vec<Ident>),
}

impl OperationName {
    pub(super) fn is_explicit(&self) -> bool {
        matches!(self, Self::Explicit(_))
    }
}

impl PredictionPlan {
    /// Whether nothing tells the two apart: one call would do for both.
    pub(super) fn is_duplicate_of(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
    }

    fn fingerprint(&self) -> Vec<String> {
        let mut parts = vec![self.task.tag.to_owned()];
        parts.push(match &self.input {
            ModelInput::Input(input) => text_of(input),
            ModelInput::Prompt(prompt) => prompt.literal.value(),
        });
        parts.extend(self.system.iter().map(|system| system.literal.value()));
        parts.extend(self.models.iter().map(|model| model.literal.value()));
        parts.extend(
            self.parameters
                .iter()
                .map(|parameter| parameter.typed.clone()),
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
        if let Some(Cache::On(kept)) = &self.policies.cache {
            parts.extend(kept.scope.iter().chain(&kept.key).map(text_of));
        }
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

fn text_of(expr: &Expr) -> String {
    expr.to_token_stream().to_string()
}
