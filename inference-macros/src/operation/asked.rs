//! What the model is asked: an input, or a prompt, and the task that goes with it.

use syn::Expr;

use super::both::Both;
use super::placeholders;
use super::value;
use crate::args::{Args, Prompt, TaskTag};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, found};
use crate::tasks::chat;
use crate::template::Template;

/// What goes to the model.
#[derive(Clone)]
pub(crate) enum Asked {
    Input(Expr),
    Prompt(Template),
}

/// The task and what its model is asked, as far as they can be told.
pub(super) struct Asking {
    pub(super) task: Option<TaskTag>,
    pub(super) asked: Option<Asked>,
    /// The system message: nothing where none was given.
    pub(super) system: Option<Template>,
}

impl Asking {
    pub(super) fn read(both: &Both<'_>, handler: &Handler, errors: &mut Errors) -> Self {
        for args in both.lists() {
            two_questions(args, errors);
        }
        let prompted = prompt_list(both);
        let task = task(both, prompted, errors);
        let asked = match prompted {
            Some(args) => prompt(args, handler, errors).map(Asked::Prompt),
            None => input(both, handler, errors).map(Asked::Input),
        };
        let system = system(both, task.as_ref(), handler, errors);
        Self {
            task,
            asked,
            system,
        }
    }
}

/// The list whose prompt counts: an input in a prediction's own list is asked in place of the function's prompt.
fn prompt_list<'a>(both: &Both<'a>) -> Option<&'a Args> {
    both.lists()
        .into_iter()
        .find(|args| args.prompt.is_some() || args.input.is_some())
        .filter(|args| args.prompt.is_some())
}

fn two_questions(args: &Args, errors: &mut Errors) {
    if let (Some(_), Some(input)) = (&args.prompt, &args.input) {
        errors.push(error_with_help(
            &input.item,
            "`input` has no place beside `prompt`, which is the input",
            "write it into the prompt, as a placeholder: `prompt = \"… {text} …\"`",
        ));
    }
}

fn task(both: &Both<'_>, prompted: Option<&Args>, errors: &mut Errors) -> Option<TaskTag> {
    let Some(args) = prompted else {
        return both.value(|args| &args.task, errors);
    };
    let implied = || {
        let prompt = args.prompt.as_ref()?.value.as_ref().ok()?;
        Some(TaskTag {
            task: chat(),
            literal: prompt.0.literal.clone(),
        })
    };
    let own = both.own.args.task.is_some() || both.own.args.prompt.is_none();
    match both.value(|args| &args.task, errors) {
        None if both.given(|args| &args.task).is_some() => None,
        None => implied(),
        Some(task) if task.task.takes_prompts() => Some(task),
        Some(task) if own => {
            errors.push(error_with_help(
                &task.literal,
                format!("`{}` takes no prompt", task.task.tag),
                "leave `task` out: a prompt is answered by `chat-completion`; \
                 or ask this task with `input` in the place of `prompt`",
            ));
            None
        }
        // The task of the other predictions.
        Some(_) => implied(),
    }
}

fn prompt(args: &Args, handler: &Handler, errors: &mut Errors) -> Option<Template> {
    let Prompt(template) = value(args.prompt.as_ref(), errors)?;
    if let Some(preprocess) = &args.preprocess {
        errors.push(error_with_help(
            &preprocess.item,
            "`preprocess` has no place beside `prompt`: there is no input",
            "write it into the prompt, as a placeholder: `{clean(&text)}`",
        ));
    }
    placeholders::check(&template, handler, errors).then_some(template)
}

fn input(both: &Both<'_>, handler: &Handler, errors: &mut Errors) -> Option<Expr> {
    match both.given(|args| &args.input) {
        Some(given) => value(Some(given), errors).map(|input| input.0),
        None if both.lacks("input") && both.lacks("prompt") => errors.handle(found(handler)),
        None => None,
    }
}

fn system(
    both: &Both<'_>,
    task: Option<&TaskTag>,
    handler: &Handler,
    errors: &mut Errors,
) -> Option<Template> {
    let template = both.value(|args| &args.system, errors)?.0;
    let own = both.own.args.system.is_some();
    match task {
        Some(task) if !task.task.is_chat() && (own || handler.predictions.len() == 1) => {
            errors.push(error_with_help(
                &template.literal,
                format!("`{}` has no system message", task.task.tag),
                "leave it out; models of `chat-completion` take one",
            ));
            None
        }
        // The default of the others.
        Some(task) if !task.task.is_chat() => None,
        _ => placeholders::check(&template, handler, errors).then_some(template),
    }
}
