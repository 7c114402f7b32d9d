//! The policies of one prediction, and the check that they can be combined.

mod allowed;
mod contradictions;

use inference_spec::{Key, Layer, Setting, Time};
use syn::Expr;

use super::layered::Layered;
use crate::args::{Allow, Args, Given, Model, PolicyArg};
use crate::diagnostics::{Errors, error_with_help};

/// The policies of one prediction.
#[derive(Default)]
pub(crate) struct Policies {
    pub(crate) layer: Layer,
    /// The part of the cache key that separates callers.
    pub(crate) scope: Option<Expr>,
    /// The part of the cache key that replaces the input.
    pub(crate) key: Option<Expr>,
    pub(crate) allow: Option<Allow>,
}

/// An argument, and whether it is in the prediction's own list.
#[derive(Clone, Copy)]
struct Source<'a> {
    given: &'a Given<PolicyArg>,
    own: bool,
}

impl Policies {
    pub(super) fn read(
        layered: &Layered<'_>,
        models: Option<&[Model]>,
        errors: &mut Errors,
    ) -> Self {
        for args in layered.lists() {
            reject_repeated_attempt_timeout(args, errors);
        }
        let mut policies = Self::default();
        for key in Key::ALL {
            let Some(argument) = layered.value(|args| args.policies.get(*key), errors) else {
                continue;
            };
            policies.layer.copy(*key, &argument.layer);
            if *key == Key::Cache {
                policies.scope = argument.part("scope").cloned();
                policies.key = argument.part("key").cloned();
            }
        }
        if let Some(source) = source(layered, Key::AttemptTimeout)
            && let Ok(argument) = &source.given.value
        {
            policies.layer.copy(Key::AttemptTimeout, &argument.layer);
        }
        policies.allow = layered.value(|args| &args.allow, errors);
        contradictions::check(&policies.layer, layered, errors);
        allowed::check(&policies, layered, models, errors);
        policies
    }
}

/// Returns the argument that sets a policy. `attempt_timeout` may also be a part of `retry`. The prediction's own list
/// takes precedence over that of the function.
fn source<'a>(layered: &Layered<'a>, key: Key) -> Option<Source<'a>> {
    let argument = |key| {
        layered
            .given(|args| args.policies.get(key))
            .map(|given| Source {
                given,
                own: layered.own.args.policies.get(key).is_some(),
            })
    };
    let alone = argument(key);
    if key != Key::AttemptTimeout || alone.is_some_and(|source| source.own) {
        return alone;
    }
    argument(Key::Retry)
        .filter(|source| has_attempt_timeout(source.given))
        .or(alone)
}

/// Returns the expression of a time, as typed.
fn typed<'a>(source: Source<'a>, time: Time) -> Option<&'a Expr> {
    let value = source.given.value.as_ref().ok()?;
    match &source.given.item {
        syn::Meta::NameValue(pair) => Some(&pair.value),
        _ => value.part(time.name()),
    }
}

fn has_attempt_timeout(retry: &Given<PolicyArg>) -> bool {
    let layer = retry.value.as_ref().map(|argument| argument.layer);
    layer.is_ok_and(|layer| layer.attempt_timeout != Setting::Unset)
}

fn reject_repeated_attempt_timeout(args: &Args, errors: &mut Errors) {
    if let Some(retry) = args.policies.get(Key::Retry)
        && let Ok(argument) = &retry.value
        && let Some(part) = argument.part("attempt_timeout")
        && args.policies.get(Key::AttemptTimeout).is_some()
    {
        errors.push(error_with_help(
            part,
            "`attempt_timeout` is given twice",
            "remove the argument or the part of `retry`",
        ));
    }
}
