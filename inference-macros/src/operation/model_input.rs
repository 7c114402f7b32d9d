//! The model's input, which is an expression or a prompt, and the task and system message that belong to it.

use syn::Expr;

use super::layered::Layered;
use super::placeholders;
use super::value;
use crate::args::{Args, Prompt, TaskTag};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, default_input};
use crate::tasks::chat;
use crate::template::Template;

/// The input of a prediction.
#[derive(Clone)]
pub(crate) enum ModelInput {
    Input(Expr),
    Prompt(Template),
}

/// The task and the input of a prediction. A field is `None` if its argument is missing or invalid.
pub(super) struct InputPlan {
    pub(super) task: Option<TaskTag>,
    pub(super) input: Option<ModelInput>,
    /// The system message, if one was given.
    pub(super) system: Option<Template>,
}

impl InputPlan {
    pub(super) fn read(layered: &Layered<'_>, handler: &Handler, errors: &mut Errors) -> Self {
        for args in layered.lists() {
            check_input_and_prompt(args, errors);
        }
        let prompted = prompting_args(layered);
        let task = read_task(layered, prompted, errors);
        let input = match prompted {
            Some(args) => read_prompt(args, handler, errors).map(ModelInput::Prompt),
            None => read_input(layered, handler, errors).map(ModelInput::Input),
        };
        let system = read_system(layered, task.as_ref(), handler, errors);
        Self {
            task,
            input,
            system,
        }
    }
}

/// Returns the list whose prompt is used, if any. An `input` of the prediction overrides a `prompt` of the function.
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
            "`input` cannot be combined with `prompt`, which is the input",
            "use the value in the prompt as a placeholder: `prompt = \"… {text} …\"`",
        ));
    }
}

fn read_task(
    layered: &Layered<'_>,
    prompted: Option<&Args>,
    errors: &mut Errors,
) -> Option<TaskTag> {
    let Some(args) = prompted else {
        return layered.value(|args| &args.task, errors);
    };
    let implied = || {
        let prompt = args.prompt.as_ref()?.value.as_ref().ok()?;
        Some(TaskTag {
            task: chat(),
            literal: prompt.0.literal.clone(),
        })
    };
    let own = layered.own.args.task.is_some() || layered.own.args.prompt.is_none();
    match layered.value(|args| &args.task, errors) {
        None if layered.given(|args| &args.task).is_some() => None,
        None => implied(),
        Some(task) if task.task.accepts_prompts() => Some(task),
        Some(task) if own => {
            errors.push(error_with_help(
                &task.literal,
                format!("task `{}` does not support `prompt`", task.task.tag),
                "remove `task`: the default task of a prompt is `chat-completion`; \
                 or replace `prompt` with `input`",
            ));
            None
        }
        // A default for other predictions.
        Some(_) => implied(),
    }
}

fn read_prompt(args: &Args, handler: &Handler, errors: &mut Errors) -> Option<Template> {
    let Prompt(template) = value(args.prompt.as_ref(), errors)?;
    if let Some(preprocess) = &args.preprocess {
        errors.push(error_with_help(
            &preprocess.item,
            "`preprocess` cannot be combined with `prompt`: there is no input",
            "call the function in a placeholder: `{clean(&text)}`",
        ));
    }
    placeholders::check(&template, handler, errors).then_some(template)
}

fn read_input(layered: &Layered<'_>, handler: &Handler, errors: &mut Errors) -> Option<Expr> {
    match layered.given(|args| &args.input) {
        Some(given) => value(Some(given), errors).map(|input| input.0),
        None if layered.lacks("input") && layered.lacks("prompt") => {
            errors.handle(default_input(handler))
        }
        None => None,
    }
}

fn read_system(
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
                format!("task `{}` does not support `system`", task.task.tag),
                "remove `system`, or use the task `chat-completion`",
            ));
            None
        }
        // A default for other predictions.
        Some(task) if !task.task.is_chat() => None,
        _ => placeholders::check(&template, handler, errors).then_some(template),
    }
}
