//! What the annotation means, checked: nothing from here on can fail.

mod delivery;
mod failure;
mod layered;
mod merge;
mod model_input;
mod parameters;
mod placeholders;
mod policies;
mod prediction_plan;
mod providers;

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Pat, Path};

pub(crate) use model_input::ModelInput;
pub(crate) use parameters::{Assignment, Value};
pub(crate) use policies::Policies;
pub(crate) use prediction_plan::{OperationName, PredictionPlan};

use crate::args::{Given, Place, Typed};
use crate::diagnostics::{Errors, error, error_with_help};
use crate::handler::Handler;

/// Everything that one `#[infer(...)]` asks for.
pub(crate) struct HandlerPlan {
    pub(crate) target: Target,
    /// One for each prediction, in order; never empty.
    pub(crate) predictions: Vec<PredictionPlan>,
}

/// Where the generated code finds things.
#[derive(Default)]
pub(crate) struct Target {
    /// The path of `inference_runtime`, where it is not that.
    pub(crate) krate: Option<Path>,
    /// Where the `Inference` is, where no extractor brings it.
    pub(crate) runtime: Option<Expr>,
}

/// What happens when the model does not answer.
pub(crate) enum FailureAction {
    /// This value stands in; the pattern takes the error.
    Fallback {
        error: Option<Pat>,
        value: Box<Expr>,
    },
    /// The handler returns the error; its return type stands here.
    Return(Span),
    /// The parameter's own type holds the error.
    Deliver,
}

/// Everything wrong with an annotation, and what is left to write the function with.
pub(crate) struct CheckError {
    pub(crate) errors: Errors,
    /// Nothing where even the path of the runtime is in doubt.
    pub(crate) target: Option<Target>,
}

/// Checks the arguments against the function.
pub(crate) fn check(
    tokens: TokenStream,
    handler: &Handler,
) -> Result<HandlerPlan, Box<CheckError>> {
    let mut errors = Errors::default();
    handler.check(&mut errors);
    let defaults = Typed::read(tokens, Place::Infer, &mut errors);
    let target = target(&defaults, handler, &mut errors);
    let plans = plan_predictions(&defaults, handler, &mut errors);
    if errors.is_empty() {
        Ok(HandlerPlan {
            target: target.unwrap_or_default(),
            predictions: plans,
        })
    } else {
        Err(Box::new(CheckError { errors, target }))
    }
}

fn target(defaults: &Typed, handler: &Handler, errors: &mut Errors) -> Option<Target> {
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
    Some(Target {
        krate,
        runtime: runtime.map(|runtime| runtime.0),
    })
}

fn plan_predictions(
    defaults: &Typed,
    handler: &Handler,
    errors: &mut Errors,
) -> Vec<PredictionPlan> {
    if defaults.empty && handler.predictions.iter().all(|p| p.arguments().is_empty()) {
        errors.push(error_with_help(
            TokenStream::new(),
            "`#[infer]` says neither which model answers nor which task",
            "write `#[infer(model = \"org/name\", task = \"text-classification\")]`",
        ));
        return Vec::new();
    }
    let plans: Vec<PredictionPlan> = handler
        .predictions
        .iter()
        .filter_map(|prediction| merge::plan_prediction(prediction, defaults, handler, errors))
        .collect();
    for (at, plan) in plans.iter().enumerate() {
        let Some(before) = plans
            .iter()
            .take(at)
            .find(|before| before.is_duplicate_of(plan))
        else {
            continue;
        };
        if plan.name.is_explicit() && plan.name == before.name {
            continue;
        }
        errors.push(error_with_help(
            &plan.attr_path,
            "this prediction asks the same question as the one before it",
            "tell them apart: `#[prediction(input = …)]`, or keep one and use its value twice",
        ));
    }
    check_duplicate_names(&plans, errors);
    plans
}

fn check_duplicate_names(plans: &[PredictionPlan], errors: &mut Errors) {
    for (at, plan) in plans.iter().enumerate() {
        let OperationName::Explicit(literal) = &plan.name else {
            continue;
        };
        if plans.iter().take(at).any(|before| before.name == plan.name) {
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
