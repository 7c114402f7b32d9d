//! The tasks, as generated code names them.

use proc_macro2::{Ident, Span};

pub(crate) use inference_spec::tasks::{Accepts, Choice, Kind, Parameter, Task, chat, find};

/// The marker type of a task.
pub(crate) fn marker(task: &Task) -> Ident {
    Ident::new(task.marker, Span::mixed_site())
}
