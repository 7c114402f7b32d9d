//! What the macro knows of the tasks: a table of data.
//!
//! A new task is one entry in [`table`]; what other people call it is a word in [`names`].

mod kinds;
mod names;
pub(crate) mod providers;
mod table;

use proc_macro2::{Ident, Span};
use syn::LitStr;

pub(crate) use kinds::{Choice, Kind};
pub(crate) use table::CHAT_COMPLETION;
use table::tasks;

use crate::diagnostics::{did_you_mean, error_with_help};

/// One pipeline tag.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) tag: &'static str,
    /// The marker type in the runtime's module `task`.
    marker: &'static str,
    pub(crate) accepts: Accepts,
}

/// Which parameters a task takes.
#[derive(Debug)]
pub(crate) enum Accepts {
    /// These.
    Only(&'static [Parameter]),
    /// Whatever the model takes.
    Anything,
}

/// One parameter of a task.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// A parameter that makes no sense without this one.
    pub(crate) with: Option<&'static str>,
}

impl Task {
    pub(crate) fn marker(&self) -> Ident {
        Ident::new(self.marker, Span::mixed_site())
    }

    /// The tag under which services have it.
    pub(crate) fn asked_as(&self) -> &'static str {
        if self.is_chat() {
            CHAT_COMPLETION.tag
        } else {
            self.tag
        }
    }

    /// Whether its input is a conversation, which may begin with a system message.
    pub(crate) fn is_chat(&self) -> bool {
        matches!(self.marker, "ChatCompletion" | "ImageTextToText")
    }

    /// Whether a text may be all that its model is asked, and is written for it.
    pub(crate) fn takes_prompts(&self) -> bool {
        matches!(self.marker, "ChatCompletion" | "TextGeneration")
    }
}

/// The task of a tag, or what to write instead.
pub(crate) fn find(literal: &LitStr) -> syn::Result<&'static Task> {
    let tag = literal.value();
    if let Some(task) = tasks().find(|task| task.tag == tag) {
        return Ok(task);
    }
    if names::UNTYPED.contains(&tag.as_str()) {
        return Err(error_with_help(
            literal,
            format!("task `{tag}` has no types of its own here"),
            "`task = \"custom\"` sends any input as JSON, and takes any JSON for an answer",
        ));
    }
    if let Some(meant) = names::alias(&tag) {
        return Err(error_with_help(
            literal,
            format!("task `{tag}` has another name here"),
            format!("write `\"{meant}\"`"),
        ));
    }
    Err(error_with_help(
        literal,
        format!("unknown task `{tag}`"),
        did_you_mean(&tag, tasks().map(|task| task.tag)),
    ))
}
