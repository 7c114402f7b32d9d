//! A prediction's own arguments over the defaults of the function.

use proc_macro2::TokenStream;
use syn::Ident;
use syn::ext::IdentExt;

use super::asked::Asking;
use super::both::Both;
use super::question::{Name, Question};
use super::{Failure, Policies, delivery, failure, parameters, value};
use crate::args::{Place, TaskTag, Typed, spanned};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, Prediction, is_each, whole};

/// The question of one prediction; its mistakes go to `errors`, all of them.
pub(super) fn question(
    prediction: &Prediction,
    defaults: &Typed,
    handler: &Handler,
    errors: &mut Errors,
) -> Option<Question> {
    let own = Typed::read(prediction.arguments(), Place::Prediction, errors);
    let both = Both {
        own: &own,
        defaults,
    };
    let several = handler.predictions.len() > 1;

    let models = both
        .value(|args| &args.model, errors)
        .map(|models| models.0);
    let asking = Asking::read(&both, handler, errors);
    let task = asking.task;
    let place = if several {
        prediction.mark()
    } else {
        TokenStream::new()
    };
    if both.given(|args| &args.model).is_none() && both.lacks("model") {
        errors.push(missing(&place, "model", "org/name"));
    }
    let prompted = both.given(|args| &args.prompt).is_some() || !both.lacks("prompt");
    if both.given(|args| &args.task).is_none() && both.lacks("task") && !prompted {
        errors.push(missing(&place, "task", "text-classification"));
    }
    if let (Some(models), Some(task)) = (&models, &task) {
        for model in models {
            let served = model
                .reference()
                .check_task(task.task.tag, task.task.called_as());
            errors.handle(served.map_err(|error| spanned(error, &model.literal)));
        }
    }

    let parameters = parameters(&both, task.as_ref(), errors);
    let preprocess = both.value(|args| &args.preprocess, errors);
    let postprocess = both.value(|args| &args.postprocess, errors);
    let policies = Policies::read(&both, models.as_deref(), errors);
    let name = name(&both, prediction, handler, errors);
    let failure = failure(&both, prediction, handler, errors);
    delivery::check(prediction, &both, handler, asking.asked.as_ref(), errors);

    Some(Question {
        name,
        models: models?,
        task: task?.task,
        asked: asking.asked?,
        system: asking.system,
        parameters: parameters?,
        preprocess,
        postprocess,
        policies,
        failure: failure?,
        each: is_each(&prediction.ty),
        attrs: prediction.attrs.clone(),
        pat: prediction.pat.clone(),
        ty: prediction.ty.clone(),
        mark: prediction.mark(),
    })
}

fn missing(place: &TokenStream, name: &str, example: &str) -> syn::Error {
    error_with_help(
        place,
        format!("`{name}` is missing"),
        format!("add `{name} = \"{example}\"`"),
    )
}

fn parameters(
    both: &Both<'_>,
    task: Option<&TaskTag>,
    errors: &mut Errors,
) -> Option<Vec<parameters::Assignment>> {
    let given = both.given(|args| &args.parameters);
    let settings = match given {
        Some(given) => value(Some(given), errors)?.settings,
        None => Vec::new(),
    };
    let may_be_missing = given.is_none() && !both.lacks("parameters");
    parameters::check(&settings, task?, may_be_missing, errors)
}

fn name(both: &Both<'_>, prediction: &Prediction, handler: &Handler, errors: &mut Errors) -> Name {
    let several = handler.predictions.len() > 1;
    let own = both.own.args.name.is_some();
    match both.value(|args| &args.name, errors) {
        Some(given) if several && !own => {
            errors.push(error_with_help(
                &given.0,
                format!("several predictions would be named `{}`", given.0.value()),
                "give each its own: `#[prediction(name = \"…\")]`",
            ));
            Name::Path(Vec::new())
        }
        Some(given) => Name::Given(given.0),
        None => {
            let mut path = vec![handler.sig.ident.unraw()];
            path.extend(several.then(|| own_name(prediction, handler)));
            Name::Path(path)
        }
    }
}

/// The word for a prediction among several: its own name, or where it stands.
fn own_name(prediction: &Prediction, handler: &Handler) -> Ident {
    prediction.ident().map(Ident::unraw).unwrap_or_else(|| {
        let at = handler
            .predictions
            .iter()
            .position(|other| std::ptr::eq(other, prediction));
        Ident::new(
            &format!("prediction_{}", at.unwrap_or_default() + 1),
            whole(),
        )
    })
}

fn failure(
    both: &Both<'_>,
    prediction: &Prediction,
    handler: &Handler,
    errors: &mut Errors,
) -> Option<Failure> {
    if both.given(|args| &args.fallback).is_none() {
        return if both.lacks("fallback") {
            errors.handle(failure::without_fallback(prediction, handler))
        } else {
            None
        };
    }
    let fallback = both.value(|args| &args.fallback, errors)?;
    if !failure::is_left_to_the_handler(prediction) {
        return Some(Failure::from_fallback(fallback));
    }
    // A default that other predictions use is no mistake of this one.
    let for_this = both.own.args.fallback.is_some()
        || handler
            .predictions
            .iter()
            .all(failure::is_left_to_the_handler);
    if for_this {
        let ty = failure::compact(&prediction.ty);
        errors.push(error_with_help(
            &fallback.whole,
            format!("this fallback can never be used: `{ty}` leaves failure to the handler"),
            "remove it, or take the plain value",
        ));
    }
    Some(Failure::Delivered)
}
