//! Merges a prediction's own arguments with the defaults of the function.

use proc_macro2::{Span, TokenStream};
use syn::Ident;
use syn::ext::IdentExt;

use super::layered::Layered;
use super::model_input::InputPlan;
use super::prediction_plan::{OperationName, PredictionPlan};
use super::{FailureAction, Policies, delivery, failure, parameters, value};
use crate::args::{Attribute, TaskTag, Typed, spanned};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, Prediction, is_each};

/// Returns the plan of one prediction, or adds all its errors to `errors`.
pub(super) fn plan_prediction(
    prediction: &Prediction,
    defaults: &Typed,
    handler: &Handler,
    errors: &mut Errors,
) -> Option<PredictionPlan> {
    let own = Typed::read(prediction.arguments(), Attribute::Prediction, errors);
    let layered = Layered {
        own: &own,
        defaults,
    };
    let several = handler.predictions.len() > 1;

    let models = layered
        .value(|args| &args.model, errors)
        .map(|models| models.0);
    let input = InputPlan::read(&layered, handler, errors);
    let task = input.task;
    let location = if several {
        prediction.attr_path()
    } else {
        TokenStream::new()
    };
    if layered.given(|args| &args.model).is_none() && layered.lacks("model") {
        errors.push(missing(&location, "model", "org/name"));
    }
    let prompted = layered.given(|args| &args.prompt).is_some() || !layered.lacks("prompt");
    if layered.given(|args| &args.task).is_none() && layered.lacks("task") && !prompted {
        errors.push(missing(&location, "task", "text-classification"));
    }
    if let (Some(models), Some(task)) = (&models, &task) {
        for model in models {
            let served = model
                .reference()
                .check_task(task.task.tag, task.task.called_as());
            errors.handle(served.map_err(|error| spanned(error, &model.literal)));
        }
    }

    let parameters = parameters(&layered, task.as_ref(), errors);
    let preprocess = layered.value(|args| &args.preprocess, errors);
    let postprocess = layered.value(|args| &args.postprocess, errors);
    let policies = Policies::read(&layered, models.as_deref(), errors);
    let name = name(&layered, prediction, handler, errors);
    let failure = failure(&layered, prediction, handler, errors);
    delivery::check(prediction, &layered, handler, input.input.as_ref(), errors);

    Some(PredictionPlan {
        name,
        models: models?,
        task: task?.task,
        input: input.input?,
        system: input.system,
        parameters: parameters?,
        preprocess,
        postprocess,
        policies,
        failure: failure?,
        each: is_each(&prediction.ty),
        attrs: prediction.attrs.clone(),
        pat: prediction.pat.clone(),
        ty: prediction.ty.clone(),
        attr_path: prediction.attr_path(),
    })
}

fn missing(location: &TokenStream, name: &str, example: &str) -> syn::Error {
    error_with_help(
        location,
        format!("missing argument `{name}`"),
        format!("add `{name} = \"{example}\"`"),
    )
}

fn parameters(
    layered: &Layered<'_>,
    task: Option<&TaskTag>,
    errors: &mut Errors,
) -> Option<Vec<parameters::Assignment>> {
    let given = layered.given(|args| &args.parameters);
    let settings = match given {
        Some(given) => value(Some(given), errors)?.settings,
        None => Vec::new(),
    };
    let may_be_missing = given.is_none() && !layered.lacks("parameters");
    parameters::check(&settings, task?, may_be_missing, errors)
}

fn name(
    layered: &Layered<'_>,
    prediction: &Prediction,
    handler: &Handler,
    errors: &mut Errors,
) -> OperationName {
    let several = handler.predictions.len() > 1;
    let own = layered.own.args.name.is_some();
    match layered.value(|args| &args.name, errors) {
        Some(given) if several && !own => {
            errors.push(error_with_help(
                &given.0,
                format!("several predictions would be named `{}`", given.0.value()),
                "give each prediction its own name: `#[prediction(name = \"…\")]`",
            ));
            OperationName::Derived(Vec::new())
        }
        Some(given) => OperationName::Explicit(given.0),
        None => {
            let mut path = vec![handler.sig.ident.unraw()];
            path.extend(several.then(|| default_prediction_name(prediction, handler)));
            OperationName::Derived(path)
        }
    }
}

/// Returns the name of a prediction among several: its identifier, or its position.
fn default_prediction_name(prediction: &Prediction, handler: &Handler) -> Ident {
    prediction.ident().map(Ident::unraw).unwrap_or_else(|| {
        let at = handler
            .predictions
            .iter()
            .position(|other| std::ptr::eq(other, prediction));
        Ident::new(
            &format!("prediction_{}", at.unwrap_or_default() + 1),
            Span::call_site(),
        )
    })
}

fn failure(
    layered: &Layered<'_>,
    prediction: &Prediction,
    handler: &Handler,
    errors: &mut Errors,
) -> Option<FailureAction> {
    if layered.given(|args| &args.fallback).is_none() {
        return if layered.lacks("fallback") {
            errors.handle(failure::without_fallback(prediction, handler))
        } else {
            None
        };
    }
    let fallback = layered.value(|args| &args.fallback, errors)?;
    if !failure::delivers_failure(prediction) {
        return Some(FailureAction::from_fallback(fallback));
    }
    // A default that other predictions use is not an error here.
    let for_this = layered.own.args.fallback.is_some()
        || handler.predictions.iter().all(failure::delivers_failure);
    if for_this {
        let ty = failure::type_text(&prediction.ty);
        errors.push(error_with_help(
            &fallback.whole,
            format!("unused fallback: `{ty}` delivers the failure to the handler"),
            "remove `fallback`, or use a type without `Option` or `Result`",
        ));
    }
    Some(FailureAction::Deliver)
}
