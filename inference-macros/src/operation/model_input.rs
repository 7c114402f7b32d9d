//! What the model is asked: an input, or a prompt, and the task that goes with it.

use syn::Expr;

use super::layered::Layered;
use super::placeholders;
use super::value;
use crate::args::{Args, Prompt, TaskTag};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, default_input};
use crate::tasks::CHAT_COMPLETION;
use crate::template::Template;

/// What goes to the model.
#[derive(Clone)]
pub(crate) enum ModelInput {
    Input(Expr),
    Prompt(Template),
}

/// The task and what its model is asked, as far as they can be told.
pub(super) struct InputPlan {
    pub(super) task: Option<TaskTag>,
    pub(super) input: Option<ModelInput>,
    /// The system message: nothing where none was given.
    pub(super) system: Option<Template>,
}

impl InputPlan {
    pub(super) fn read(layered: &Layered<'_>, handler: &Handler, errors: &mut Errors) -> Self {
        for args in layered.lists() {
            check_input_and_prompt(args, errors);
        }
        let prompted = prompting_args(layered);
        let task = task(layered, prompted, errors);
        let input = match prompted {
            Some(args) => prompt(args, handler, errors).map(ModelInput::Prompt),
            None => input(layered, handler, errors).map(ModelInput::Input),
        };
        let system = system(layered, task.as_ref(), handler, errors);
        Self {
            task,
            input,
            system,
        }
    }
}

/// The list whose prompt counts: an input in a prediction's own list is asked in place of the function's prompt.
fn prompting_args<'a>(layered: &Layered<'a>) -> Option<&'a Args> {
    layered
        .lists()
        .into_iter()
        .find(|args| args.prompt.is_some() || args.input.is_some())
        .filter(|args| args.prompt.is_some())
}

fn check_input_and_prompt(args: &Args, errors: &mut Errors) {
    if let (Some(_), Some(input)) = (&args.prompt, &args.input) {
        errors.push(error_with_help(
            &input.item,
            "`input` has no place beside `prompt`, which is the input",
            "write it into the prompt, as a placeholder: `prompt = \"… {text} …\"`",
        ));
    }
}

fn task(layered: &Layered<'_>, prompted: Option<&Args>, errors: &mut Errors) -> Option<TaskTag> {
    let Some(args) = prompted else {
        return layered.value(|args| &args.task, errors);
    };
    let implied = || {
        let prompt = args.prompt.as_ref()?.value.as_ref().ok()?;
        Some(TaskTag {
            task: &CHAT_COMPLETION,
            literal: prompt.0.literal.clone(),
        })
    };
    let own = layered.own.args.task.is_some() || layered.own.args.prompt.is_none();
    match layered.value(|args| &args.task, errors) {
        None if layered.given(|args| &args.task).is_some() => None,
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

fn input(layered: &Layered<'_>, handler: &Handler, errors: &mut Errors) -> Option<Expr> {
    match layered.given(|args| &args.input) {
        Some(given) => value(Some(given), errors).map(|input| input.0),
        None if layered.lacks("input") && layered.lacks("prompt") => {
            errors.handle(default_input(handler))
        }
        None => None,
    }
}

fn system(
    layered: &Layered<'_>,
    task: Option<&TaskTag>,
    handler: &Handler,
    errors: &mut Errors,
) -> Option<Template> {
    let template = layered.value(|args| &args.system, errors)?.0;
    let own = layered.own.args.system.is_some();
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
