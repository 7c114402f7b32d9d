//! The tasks: pipeline tags, marker types, parameters and synonyms.
//!
//! A new task is a tag and an entry in one of the files here.

/// Declares the tags of tasks as constants.
macro_rules! tags {
    ($($name:ident = $tag:literal;)+) => {$(
        #[doc = concat!("The tag `", $tag, "`.")]
        pub const $name: &str = $tag;
    )+};
}

mod chat;
mod generated;
mod kinds;
mod media;
mod text;
mod untyped;

pub use chat::*;
pub use generated::*;
pub use kinds::{Choice, Kind};
pub use media::*;
pub use text::*;

use crate::{did_you_mean, suggest::fold};

tags! {
    TABULAR_CLASSIFICATION = "tabular-classification";
    TABULAR_REGRESSION = "tabular-regression";
    CUSTOM = "custom";
}

/// One pipeline tag.
#[derive(Debug)]
pub struct Task {
    /// The tag.
    pub tag: &'static str,
    /// The marker type in the runtime's module `task`.
    pub marker: &'static str,
    /// Its synonyms, in lower case with dashes.
    aliases: &'static [&'static str],
    /// Its parameters.
    pub accepts: Accepts,
}

/// The parameters that a task accepts.
#[derive(Debug)]
pub enum Accepts {
    /// Only these.
    Only(&'static [Parameter]),
    /// Any parameters that the model accepts.
    Anything,
}

/// One parameter of a task.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Whether the task needs it.
    pub required: bool,
    /// Another parameter that it requires.
    pub with: Option<&'static str>,
}

/// The error of an unknown tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTask {
    /// The message.
    pub text: String,
    /// The help: the correct form.
    pub help: String,
}

impl Task {
    /// Returns the tag by which services are called for it.
    #[must_use]
    pub fn called_as(&self) -> &'static str {
        if self.is_chat() {
            CHAT_COMPLETION
        } else {
            self.tag
        }
    }

    /// Whether its input is a conversation, which may begin with a system message.
    #[must_use]
    pub fn is_chat(&self) -> bool {
        matches!(self.tag, CHAT_COMPLETION | IMAGE_TEXT_TO_TEXT)
    }

    /// Whether its whole input may be a prompt.
    #[must_use]
    pub fn accepts_prompts(&self) -> bool {
        matches!(self.tag, CHAT_COMPLETION | TEXT_GENERATION)
    }
}

/// Returns the default task of `prompt`.
#[must_use]
pub fn chat() -> &'static Task {
    &CHATS[0]
}

/// Returns every task of the runtime.
pub fn all() -> impl Iterator<Item = &'static Task> + Clone {
    let tables = [CHATS, TEXT, MEDIA, GENERATED, OTHER];
    tables.into_iter().flatten()
}

/// Returns the task of a tag.
///
/// # Errors
///
/// If the tag is not in the table.
pub fn find(tag: &str) -> Result<&'static Task, UnknownTask> {
    if let Some(task) = all().find(|task| task.tag == tag) {
        return Ok(task);
    }
    let error = |text: String, help: String| Err(UnknownTask { text, help });
    if untyped::UNTYPED.contains(&tag) {
        return error(
            format!("task `{tag}` has no built-in types"),
            "`task = \"custom\"` sends any JSON as the input and accepts any JSON as the output"
                .into(),
        );
    }
    if let Some(task) = by_alias(tag) {
        return error(
            format!("unknown task `{tag}`"),
            format!("write `\"{}\"`", task.tag),
        );
    }
    error(
        format!("unknown task `{tag}`"),
        did_you_mean(tag, all().map(|task| task.tag)),
    )
}

/// Returns the task with this synonym, in any letter case and with any dashes.
fn by_alias(typed: &str) -> Option<&'static Task> {
    let folded = fold(typed);
    // transformers includes the languages in the name: `translation_en_to_de`.
    let languages = folded.starts_with("translation-") && folded.contains("-to-");
    let alias = if languages { "translate" } else { &*folded };
    all().find(|task| task.aliases.contains(&alias))
}

/// The tasks on tables of numbers, and `custom`, which is not a tag of the Hub.
static OTHER: &[Task] = &[
    task(
        TABULAR_CLASSIFICATION,
        "TabularClassification",
        &["structured-data-classification"],
        &[],
    ),
    task(TABULAR_REGRESSION, "TabularRegression", &[], &[]),
    Task {
        tag: CUSTOM,
        marker: "Custom",
        aliases: &[],
        accepts: Accepts::Anything,
    },
];

const fn optional(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        required: false,
        with: None,
    }
}

const fn required(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        required: true,
        with: None,
    }
}

const fn paired(name: &'static str, with: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        required: false,
        with: Some(with),
    }
}

const fn task(
    tag: &'static str,
    marker: &'static str,
    aliases: &'static [&'static str],
    parameters: &'static [Parameter],
) -> Task {
    Task {
        tag,
        marker,
        aliases,
        accepts: Accepts::Only(parameters),
    }
}
