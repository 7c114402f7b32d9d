//! The tasks, with the parameters that the Hub's task specifications give them.

mod chat;
mod generated;
mod media;
mod text;

pub(crate) use chat::CHAT_COMPLETION;

use super::{Accepts, Kind, Parameter, Task};

/// Every task that the runtime has.
pub(super) fn tasks() -> impl Iterator<Item = &'static Task> + Clone {
    let chats = [&CHAT_COMPLETION, &chat::IMAGE_TEXT_TO_TEXT];
    let others = [text::TEXT, media::MEDIA, generated::GENERATED, OTHER];
    chats.into_iter().chain(others.into_iter().flatten())
}

/// The tasks on tables of numbers, and the one that is none of the Hub's.
static OTHER: &[Task] = &[
    task("tabular-classification", "TabularClassification", &[]),
    task("tabular-regression", "TabularRegression", &[]),
    Task {
        tag: "custom",
        marker: "Custom",
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

const fn task(tag: &'static str, marker: &'static str, parameters: &'static [Parameter]) -> Task {
    Task {
        tag,
        marker,
        accepts: Accepts::Only(parameters),
    }
}
