//! Arguments that a delivery has no use for: those of one value beside several, and of a whole beside a stream.

use syn::Meta;

use super::ModelInput;
use super::layered::Layered;
use crate::args::{Args, Cache, Given, Hedge};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, Prediction, is_each, is_stream};

/// What is wrong with the arguments for the type of this prediction.
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
            "`postprocess` has no place beside `TextStream`: there is no whole answer",
            "change the pieces in the handler: `TextStream` is a `Stream` of them",
        );
        let kept = applicable(layered, handler, is_stream, |args| &args.cache)
            .filter(|_| is_cached(layered.given(|args| &args.cache)));
        reject(
            kept,
            "a stream is not kept: `cache` has no place beside `TextStream`",
            "remove it; or take the whole text, `String`",
        );
        let hedged = applicable(layered, handler, is_stream, |args| &args.hedge)
            .filter(|_| is_hedged(layered.given(|args| &args.hedge)));
        reject(
            hedged,
            "a stream has one source: `hedge` has no place beside `TextStream`",
            "remove it; or take the whole text, `String`",
        );
    }
    if is_each(ty) {
        reject(
            applicable(layered, handler, is_each, |args| &args.preprocess),
            "`preprocess` has no place beside `Each`: the input is several",
            "prepare each of them: `input = texts.iter().map(clean)`",
        );
        reject(
            applicable(layered, handler, is_each, |args| &args.postprocess),
            "`postprocess` has no place beside `Each`: there are several answers",
            "make something of each in the handler",
        );
        let keyed = applicable(layered, handler, is_each, |args| &args.cache)
            .filter(|_| has_key(layered.given(|args| &args.cache)));
        reject(
            keyed,
            "`key` has no place beside `Each`: each input has a key of its own",
            "remove `key`; `scope` is for all of them",
        );
        if matches!(input, Some(ModelInput::Prompt(_))) {
            reject(
                layered.given(|args| &args.prompt).map(|given| &given.item),
                "`Each` answers several inputs, and a prompt is one",
                "write the texts in `input`: `input = texts.iter().map(|text| format!(\"…{text}\"))`, \
                 with `task = \"chat-completion\"`",
            );
        }
    }
}

/// The argument, unless it is a default that is there for predictions of other types.
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
