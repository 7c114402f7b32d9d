//! Rejects arguments that a delivery does not support: `Each` has several values, and a stream has no complete one.

use syn::Meta;

use super::ModelInput;
use super::layered::Layered;
use crate::args::{Args, Cache, Given, Hedge};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, Prediction, is_each, is_stream};

/// Checks the arguments against the delivery type of a prediction.
pub(super) fn check(
    prediction: &Prediction,
    layered: &Layered<'_>,
    handler: &Handler,
    input: Option<&ModelInput>,
    errors: &mut Errors,
) {
    let ty = &prediction.ty;
    let mut reject = |item: Option<&Meta>, text: &str, help: &str| {
        if let Some(item) = item {
            errors.push(error_with_help(item, text, help));
        }
    };
    if is_stream(ty) {
        reject(
            applicable(layered, handler, is_stream, |args| &args.postprocess),
            "`postprocess` cannot be combined with `TextStream`: a stream has no complete answer",
            "transform the chunks in the handler: `TextStream` is a `Stream`",
        );
        let kept = applicable(layered, handler, is_stream, |args| &args.cache)
            .filter(|_| is_cached(layered.given(|args| &args.cache)));
        reject(
            kept,
            "`cache` cannot be combined with `TextStream`: streams are not cached",
            "remove `cache`, or use the type `String` for the complete text",
        );
        let hedged = applicable(layered, handler, is_stream, |args| &args.hedge)
            .filter(|_| is_hedged(layered.given(|args| &args.hedge)));
        reject(
            hedged,
            "`hedge` cannot be combined with `TextStream`: a stream has a single source",
            "remove `hedge`, or use the type `String` for the complete text",
        );
    }
    if is_each(ty) {
        reject(
            applicable(layered, handler, is_each, |args| &args.preprocess),
            "`preprocess` cannot be combined with `Each`: there are several inputs",
            "preprocess each input: `input = texts.iter().map(clean)`",
        );
        reject(
            applicable(layered, handler, is_each, |args| &args.postprocess),
            "`postprocess` cannot be combined with `Each`: there are several answers",
            "transform each answer in the handler",
        );
        let keyed = applicable(layered, handler, is_each, |args| &args.cache)
            .filter(|_| has_key(layered.given(|args| &args.cache)));
        reject(
            keyed,
            "`key` cannot be combined with `Each`: each input has its own key",
            "remove `key`; `scope` applies to all inputs",
        );
        if matches!(input, Some(ModelInput::Prompt(_))) {
            reject(
                layered.given(|args| &args.prompt).map(|given| &given.item),
                "`prompt` cannot be combined with `Each`: a prompt is a single input",
                "build the prompts in `input`: `input = texts.iter().map(|text| format!(\"…{text}\"))`, \
                 with `task = \"chat-completion\"`",
            );
        }
    }
}

/// Returns the argument, unless it is a default that applies to predictions of other types.
fn applicable<'a, T: 'a>(
    layered: &Layered<'a>,
    handler: &Handler,
    has_delivery: fn(&syn::Type) -> bool,
    argument: impl Fn(&Args) -> &Option<Given<T>>,
) -> Option<&'a Meta> {
    let own = argument(&layered.own.args).is_some();
    let for_this = own
        || handler
            .predictions
            .iter()
            .all(|other| has_delivery(&other.ty));
    layered
        .given(argument)
        .filter(|_| for_this)
        .map(|given| &given.item)
}

fn is_cached(cache: Option<&Given<Cache>>) -> bool {
    matches!(cache.map(|given| &given.value), Some(Ok(Cache::On(_))))
}

fn is_hedged(hedge: Option<&Given<Hedge>>) -> bool {
    matches!(hedge.map(|given| &given.value), Some(Ok(Hedge::On(_))))
}

fn has_key(cache: Option<&Given<Cache>>) -> bool {
    matches!(
        cache.map(|given| &given.value),
        Some(Ok(Cache::On(kept))) if kept.key.is_some()
    )
}
