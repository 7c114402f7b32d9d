//! Checks the arguments against the function. The result is a plan from which expansion cannot fail.

mod delivery;
mod failure;
mod layered;
mod merge;
mod model_input;
mod parameters;
mod placeholders;
mod policies;
mod prediction_plan;

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Pat, Path};

pub(crate) use model_input::ModelInput;
pub(crate) use parameters::{Assignment, Value};
pub(crate) use policies::Policies;
pub(crate) use prediction_plan::{OperationName, PredictionPlan};

use crate::args::{Attribute, Given, Typed};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::Handler;

/// The plan for one annotated function.
pub(crate) struct HandlerPlan {
    pub(crate) target: Target,
    /// One plan for each prediction, in order. Never empty.
    pub(crate) predictions: Vec<PredictionPlan>,
}

/// The runtime that the generated code refers to.
#[derive(Default)]
pub(crate) struct Target {
    /// The path of `inference_runtime`, if `crate` was given.
    pub(crate) krate: Option<Path>,
    /// The expression for the `Inference`, if `runtime` was given. Otherwise an extractor is added.
    pub(crate) runtime: Option<Expr>,
}

/// The handling of a failed prediction.
pub(crate) enum FailureAction {
    /// The value is used as the answer; the pattern binds the error.
    Fallback {
        error: Option<Pat>,
        value: Box<Expr>,
    },
    /// The handler returns the error; the span is that of its return type.
    Return(Span),
    /// The error is delivered to the handler in the parameter's type.
    Deliver,
}

/// The errors of an annotation, with the target for the function that is still generated.
pub(crate) struct CheckError {
    pub(crate) errors: Errors,
    /// `None` if the path of the runtime is invalid.
    pub(crate) target: Option<Target>,
}

/// Checks the arguments against the function.
pub(crate) fn check(
    tokens: TokenStream,
    handler: &Handler,
) -> Result<HandlerPlan, Box<CheckError>> {
    let mut errors = Errors::default();
    handler.check(&mut errors);
    let defaults = Typed::read(tokens, Attribute::Infer, &mut errors);
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
            "a method has no extractors, so it requires the argument `runtime`",
            "add `runtime = self.inference`",
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
            "missing arguments `model` and `task`",
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
            "this prediction makes the same call as an earlier one",
            "give it another input: `#[prediction(input = …)]`; or remove it and use the earlier value",
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
            errors.push(error_with_help(
                literal,
                format!("duplicate prediction name `{}`", literal.value()),
                "give each prediction its own name",
            ));
        }
    }
}

/// Returns the value of an argument. If it is invalid, records the error and returns `None`.
fn value<T: Clone>(given: Option<&Given<T>>, errors: &mut Errors) -> Option<T> {
    errors.handle(given?.value.clone())
}
