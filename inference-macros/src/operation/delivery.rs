//! Arguments that a delivery has no use for: those of one value beside several, and of a whole beside a stream.

use inference_spec::Key;
use syn::Meta;

use super::Asked;
use super::both::Both;
use crate::args::{Args, Given, PolicyArg};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, Prediction, is_each, is_stream};

/// What is wrong with the arguments for the type of this prediction.
pub(super) fn check(
    prediction: &Prediction,
    both: &Both<'_>,
    handler: &Handler,
    asked: Option<&Asked>,
    errors: &mut Errors,
) {
    let ty = &prediction.ty;
    let mut refuse = |item: Option<&Meta>, text: &str, help: &str| {
        if let Some(item) = item {
            errors.push(error_with_help(item, text, help));
        }
    };
    if is_stream(ty) {
        refuse(
            meant(both, handler, is_stream, |args| &args.postprocess),
            "`postprocess` has no place beside `TextStream`: there is no whole answer",
            "change the pieces in the handler: `TextStream` is a `Stream` of them",
        );
        let kept = meant(both, handler, is_stream, |args| {
            args.policies.get(Key::Cache)
        })
        .filter(|_| is_on(Key::Cache, both.given(|args| args.policies.get(Key::Cache))));
        refuse(
            kept,
            "a stream is not kept: `cache` has no place beside `TextStream`",
            "remove it; or take the whole text, `String`",
        );
        let hedged = meant(both, handler, is_stream, |args| {
            args.policies.get(Key::Hedge)
        })
        .filter(|_| is_on(Key::Hedge, both.given(|args| args.policies.get(Key::Hedge))));
        refuse(
            hedged,
            "a stream has one source: `hedge` has no place beside `TextStream`",
            "remove it; or take the whole text, `String`",
        );
    }
    if is_each(ty) {
        refuse(
            meant(both, handler, is_each, |args| &args.preprocess),
            "`preprocess` has no place beside `Each`: the input is several",
            "prepare each of them: `input = texts.iter().map(clean)`",
        );
        refuse(
            meant(both, handler, is_each, |args| &args.postprocess),
            "`postprocess` has no place beside `Each`: there are several answers",
            "make something of each in the handler",
        );
        let keyed = meant(both, handler, is_each, |args| args.policies.get(Key::Cache))
            .filter(|_| has_key(both.given(|args| args.policies.get(Key::Cache))));
        refuse(
            keyed,
            "`key` has no place beside `Each`: each input has a key of its own",
            "remove `key`; `scope` is for all of them",
        );
        if matches!(asked, Some(Asked::Prompt(_))) {
            refuse(
                both.given(|args| &args.prompt).map(|given| &given.item),
                "`Each` answers several inputs, and a prompt is one",
                "write the texts in `input`: `input = texts.iter().map(|text| format!(\"…{text}\"))`, \
                 with `task = \"chat-completion\"`",
            );
        }
    }
}

/// The argument, unless it is a default that is there for predictions of other types.
fn meant<'a, T: 'a>(
    both: &Both<'a>,
    handler: &Handler,
    unfit: fn(&syn::Type) -> bool,
    argument: impl Fn(&Args) -> &Option<Given<T>>,
) -> Option<&'a Meta> {
    let own = argument(&both.own.args).is_some();
    let for_this = own || handler.predictions.iter().all(|other| unfit(&other.ty));
    both.given(argument)
        .filter(|_| for_this)
        .map(|given| &given.item)
}

/// Whether a policy is set, and not turned off.
fn is_on(key: Key, given: Option<&Given<PolicyArg>>) -> bool {
    let layer = given.and_then(|given| given.value.as_ref().ok());
    let policies = layer.and_then(|argument| argument.layer.resolve().ok());
    policies.is_some_and(|policies| match key {
        Key::Cache => policies.cache.is_some(),
        _ => policies.guard_calls(),
    })
}

fn has_key(cache: Option<&Given<PolicyArg>>) -> bool {
    let cache = cache.and_then(|given| given.value.as_ref().ok());
    cache.is_some_and(|argument| argument.part("key").is_some())
}
