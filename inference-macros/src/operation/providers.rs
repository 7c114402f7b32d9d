//! The providers of the models against the task.

use crate::args::{HUGGING_FACE, Model, TaskTag};
use crate::diagnostics::{Errors, error_with_help};
use crate::tasks::providers::{is_wish, of_task, serves};

/// The providers that are named for a task which they do not serve.
pub(super) fn check(models: &[Model], task: &TaskTag, errors: &mut Errors) {
    let tag = task.task.asked_as();
    for model in models {
        let provider = &*model.provider;
        if model.backend != HUGGING_FACE || provider.is_empty() || serves(provider, tag) {
            continue;
        }
        let asked = task.task.tag;
        let served: Vec<String> = of_task(tag).map(|name| format!("`:{name}`")).collect();
        let (text, help) = if is_wish(provider) {
            (
                format!(
                    "`:{provider}` chooses among the providers of chat models, and `{asked}` is no chat"
                ),
                "write `:auto` for the first of the account's settings, or name a provider"
                    .to_owned(),
            )
        } else {
            (
                format!("`{provider}` does not serve `{asked}`"),
                match served.as_slice() {
                    [] => "no provider does: leave it out".to_owned(),
                    [one] => format!("{one} does"),
                    several => format!("these do: {}", several.join(", ")),
                },
            )
        };
        errors.push(error_with_help(&model.literal, text, help));
    }
}
