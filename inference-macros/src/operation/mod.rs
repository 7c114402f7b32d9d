//! What the annotation means, checked: nothing from here on can fail.

mod asked;
mod both;
mod delivery;
mod failure;
mod merge;
mod parameters;
mod placeholders;
mod policies;
mod question;

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Pat, Path};

pub(crate) use asked::Asked;
pub(crate) use parameters::{Assignment, Value};
pub(crate) use policies::Policies;
pub(crate) use question::{Name, Question};

use crate::args::{Given, Place, Typed};
use crate::diagnostics::{Errors, error, error_with_help};
use crate::handler::Handler;

/// Everything that one `#[infer(...)]` asks for.
pub(crate) struct Operations {
    pub(crate) scene: Scene,
    /// One for each prediction, in order; never empty.
    pub(crate) questions: Vec<Question>,
}

/// Where the generated code finds things.
#[derive(Default)]
pub(crate) struct Scene {
    /// The path of `inference_runtime`, where it is not that.
    pub(crate) krate: Option<Path>,
    /// Where the `Inference` is, where no extractor brings it.
    pub(crate) runtime: Option<Expr>,
}

/// What happens when the model does not answer.
pub(crate) enum Failure {
    /// This value stands in; the pattern takes the error.
    Fallback {
        error: Option<Pat>,
        value: Box<Expr>,
    },
    /// The handler returns the error; its return type stands here.
    Return(Span),
    /// The parameter's own type holds the error.
    Delivered,
}

/// Everything wrong with an annotation, and what is left to write the function with.
pub(crate) struct Mistakes {
    pub(crate) errors: Errors,
    /// Nothing where even the path of the runtime is in doubt.
    pub(crate) scene: Option<Scene>,
}

/// Checks the arguments against the function.
pub(crate) fn check(tokens: TokenStream, handler: &Handler) -> Result<Operations, Box<Mistakes>> {
    let mut errors = Errors::default();
    handler.check(&mut errors);
    let defaults = Typed::read(tokens, Place::Infer, &mut errors);
    let scene = scene(&defaults, handler, &mut errors);
    let questions = questions(&defaults, handler, &mut errors);
    if errors.is_empty() {
        Ok(Operations {
            scene: scene.unwrap_or_default(),
            questions,
        })
    } else {
        Err(Box::new(Mistakes { errors, scene }))
    }
}

fn scene(defaults: &Typed, handler: &Handler, errors: &mut Errors) -> Option<Scene> {
    let runtime = value(defaults.args.runtime.as_ref(), errors);
    if let Some(receiver) = handler.receiver()
        && defaults.args.runtime.is_none()
        && defaults.lacks("runtime")
    {
        errors.push(error_with_help(
            receiver,
            "a method is no axum handler: no extractor brings it the `Inference`",
            "say where it is: `runtime = self.inference`",
        ));
    }
    let krate = match &defaults.args.krate {
        None => None,
        Some(given) => Some(value(Some(given), errors)?.0),
    };
    Some(Scene {
        krate,
        runtime: runtime.map(|runtime| runtime.0),
    })
}

fn questions(defaults: &Typed, handler: &Handler, errors: &mut Errors) -> Vec<Question> {
    if defaults.empty && handler.predictions.iter().all(|p| p.arguments().is_empty()) {
        errors.push(error_with_help(
            TokenStream::new(),
            "`#[infer]` says neither which model answers nor which task",
            "write `#[infer(model = \"org/name\", task = \"text-classification\")]`",
        ));
        return Vec::new();
    }
    let questions: Vec<Question> = handler
        .predictions
        .iter()
        .filter_map(|prediction| merge::question(prediction, defaults, handler, errors))
        .collect();
    for (at, question) in questions.iter().enumerate() {
        let Some(before) = questions
            .iter()
            .take(at)
            .find(|before| before.asks_the_same(question))
        else {
            continue;
        };
        if question.name.is_given() && question.name == before.name {
            continue;
        }
        errors.push(error_with_help(
            &question.mark,
            "this prediction asks the same question as the one before it",
            "tell them apart: `#[prediction(input = …)]`, or keep one and use its value twice",
        ));
    }
    same_names(&questions, errors);
    questions
}

fn same_names(questions: &[Question], errors: &mut Errors) {
    for (at, question) in questions.iter().enumerate() {
        let Name::Given(literal) = &question.name else {
            continue;
        };
        if questions
            .iter()
            .take(at)
            .any(|before| before.name == question.name)
        {
            errors.push(error(
                literal,
                format!("two predictions are named `{}`", literal.value()),
            ));
        }
    }
}

/// The value of an argument, if it was given and could be read.
fn value<T: Clone>(given: Option<&Given<T>>, errors: &mut Errors) -> Option<T> {
    errors.handle(given?.value.clone())
}
