//! The arguments of `#[infer(...)]` and `#[prediction(...)]`, each parsed and checked on its own.
//!
//! darling splits the list by name. The values are read here, so that every message is the macro's own and every error
//! underlines the whole of the wrong value.

mod allow;
mod expression;
mod given;
mod known;
mod list;
mod literal;
mod model;
mod name;
mod parameters;
mod parts;
mod policy;
mod prompt;
mod runtime;
mod task;

use darling::FromMeta;

pub(crate) use allow::{Allow, Range};
pub(crate) use expression::{Fallback, Hook, Input, Postprocess, Preprocess};
pub(crate) use given::Given;
pub(crate) use list::{Attribute, Typed};
pub(crate) use literal::inner;
pub(crate) use model::{Model, Models, spanned};
pub(crate) use name::Name;
pub(crate) use parameters::{Parameters, Setting};
pub(crate) use policy::{PolicyArg, PolicyArgs};
pub(crate) use prompt::{Prompt, System};
pub(crate) use runtime::{CratePath, Runtime};
pub(crate) use task::TaskTag;

/// One list of arguments. Absent arguments are `None`; a present one may hold an error.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct Args {
    pub(crate) model: Option<Given<Models>>,
    pub(crate) task: Option<Given<TaskTag>>,
    pub(crate) input: Option<Given<Input>>,
    pub(crate) prompt: Option<Given<Prompt>>,
    pub(crate) system: Option<Given<System>>,
    pub(crate) parameters: Option<Given<Parameters>>,
    pub(crate) preprocess: Option<Given<Preprocess>>,
    pub(crate) postprocess: Option<Given<Postprocess>>,
    pub(crate) fallback: Option<Given<Fallback>>,
    pub(crate) allow: Option<Given<Allow>>,
    pub(crate) name: Option<Given<Name>>,
    pub(crate) runtime: Option<Given<Runtime>>,
    #[darling(rename = "crate")]
    pub(crate) krate: Option<Given<CratePath>>,
    #[darling(skip)]
    pub(crate) policies: PolicyArgs,
}
