//! Rejects arguments that a delivery does not support: `Each` has several values, and a stream has no complete one.

use inference_spec::Key;
use syn::Meta;

use super::ModelInput;
use super::layered::Layered;
use crate::args::{Args, Given, PolicyArg};
use crate::diagnostics::{Errors, error_with_help};
use crate::handler::{Handler, Prediction, is_each, is_stream};

const CACHE: Key = Key::Cache;
const HEDGE: Key = Key::Hedge;

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
        let kept = applicable(layered, handler, is_stream, |args| args.policies.get(CACHE))
            .filter(|_| is_on(layered, CACHE));
        reject(
            kept,
            "`cache` cannot be combined with `TextStream`: streams are not cached",
            "remove `cache`, or use the type `String` for the complete text",
        );
        let hedged = applicable(layered, handler, is_stream, |args| args.policies.get(HEDGE))
            .filter(|_| is_on(layered, HEDGE));
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
        let keyed = applicable(layered, handler, is_each, |args| args.policies.get(CACHE))
            .filter(|_| policy(layered, CACHE).is_some_and(|cache| cache.part("key").is_some()));
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

/// Returns a policy that was typed and could be read.
fn policy<'a>(layered: &Layered<'a>, key: Key) -> Option<&'a PolicyArg> {
    let given = layered.given(|args| args.policies.get(key));
    given.and_then(|given| given.value.as_ref().ok())
}

fn is_on(layered: &Layered<'_>, key: Key) -> bool {
    policy(layered, key).is_some_and(|argument| argument.layer.is_on(key))
}
