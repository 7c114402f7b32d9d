//! One prediction, ready to be written down.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, Ident, LitStr, Pat, Type};

use super::{Asked, Assignment, Failure, Policies};
use crate::args::{Fallback, Model, Postprocess, Preprocess};
use crate::tasks::Task;
use crate::template::Template;

/// What is asked, of whom, and how the answer is delivered.
pub(crate) struct Question {
    pub(crate) name: Name,
    /// Never empty.
    pub(crate) models: Vec<Model>,
    pub(crate) task: &'static Task,
    pub(crate) asked: Asked,
    pub(crate) system: Option<Template>,
    pub(crate) parameters: Vec<Assignment>,
    pub(crate) preprocess: Option<Preprocess>,
    pub(crate) postprocess: Option<Postprocess>,
    pub(crate) policies: Policies,
    pub(crate) failure: Failure,
    /// Whether the input is several.
    pub(crate) each: bool,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    /// The word `prediction` of its mark.
    pub(crate) mark: TokenStream,
}

/// An operation's name.
#[derive(PartialEq, Eq)]
pub(crate) enum Name {
    Given(LitStr),
    /// The module's path, and these words after it.
    Path(Vec<Ident>),
}

impl Name {
    pub(super) fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }
}

impl Question {
    /// Whether nothing tells the two apart: one call would do for both.
    pub(super) fn asks_the_same(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
    }

    fn fingerprint(&self) -> Vec<String> {
        let mut parts = vec![self.task.tag.to_owned()];
        parts.push(match &self.asked {
            Asked::Input(input) => written(input),
            Asked::Prompt(prompt) => prompt.literal.value(),
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
        if let Name::Given(literal) = &self.name {
            parts.push(literal.value());
        }
        let Policies { scope, key, .. } = &self.policies;
        parts.extend(scope.iter().chain(key).map(written));
        parts
    }
}

impl Failure {
    pub(super) fn from_fallback(fallback: Fallback) -> Self {
        Self::Fallback {
            error: fallback.error,
            value: Box::new(fallback.value),
        }
    }
}

fn written(expr: &Expr) -> String {
    expr.to_token_stream().to_string()
}
