//! What `allow` permits against what the annotation itself says.

use quote::ToTokens;
use syn::Expr;

use super::Policies;
use crate::args::{
    AttemptTimeout, Bound, Cache, Concurrency, HUGGING_FACE, Hedge, Model, Range, Retry,
};
use crate::diagnostics::{Errors, error_with_help};
use crate::operation::layered::Layered;

pub(super) fn check(
    policies: &Policies,
    both: &Layered<'_>,
    models: Option<&[Model]>,
    errors: &mut Errors,
) {
    let Some(allow) = &policies.allow else {
        return;
    };
    // A prediction's own list speaks of its own values; the function's of those that it gives itself.
    let own = both.own.args.allow.is_some();
    for bound in &allow.0 {
        match &bound.range {
            Range::Any => {}
            Range::Models { patterns, value } => {
                let outside = models.into_iter().flatten().find(|model| {
                    let name = name_of(model);
                    !patterns.iter().any(|pattern| fits(pattern, &name))
                });
                if let Some(model) = outside {
                    let at_model = !own && both.own.args.model.is_some();
                    errors.push(excluded_model(model, value, at_model));
                }
            }
            Range::Between { least, most, value } => {
                if let Some(said) = said(policies, both, bound)
                    && !(*least..=*most).contains(&said.number)
                {
                    errors.push(excluded(&said, value, bound.name, own));
                }
            }
        }
    }
}

/// What the annotation says of a bound argument.
struct Said {
    number: u64,
    /// All of it, as typed.
    item: syn::Meta,
    own: bool,
}

fn said(policies: &Policies, both: &Layered<'_>, bound: &Bound) -> Option<Said> {
    macro_rules! said {
        ($argument:ident, $number:expr) => {{
            let number: u64 = $number;
            let given = both.given(|args| &args.$argument)?;
            Some(Said {
                number,
                item: given.item.clone(),
                own: both.own.args.$argument.is_some(),
            })
        }};
    }
    match bound.name {
        "timeout" => said!(timeout, policies.timeout.as_ref()?.milliseconds),
        "cache" => match policies.cache.as_ref()? {
            Cache::On(kept) => said!(cache, kept.ttl.milliseconds),
            Cache::Off => None,
        },
        "retry" => match policies.retry.as_ref()? {
            Retry::On(retrying) => said!(retry, u64::from(retrying.attempts) - 1),
            Retry::Off => None,
        },
        "attempt_timeout" => match policies.attempt_timeout.as_ref()? {
            // It may be a part of the other.
            AttemptTimeout::On(time) if both.given(|args| &args.attempt_timeout).is_none() => {
                said!(retry, time.milliseconds)
            }
            AttemptTimeout::On(time) => said!(attempt_timeout, time.milliseconds),
            AttemptTimeout::Off => None,
        },
        "concurrency" => match policies.concurrency.as_ref()? {
            Concurrency::On(calls) => said!(concurrency, u64::from(*calls)),
            Concurrency::Off => None,
        },
        "hedge" => match policies.hedge.as_ref()? {
            Hedge::On(time) => said!(hedge, time.milliseconds),
            Hedge::Off => None,
        },
        _ => None,
    }
}

fn excluded(said: &Said, range: &Expr, name: &str, own: bool) -> syn::Error {
    let help = format!("widen the range, or change `{name}`");
    if said.own && !own {
        let text = format!(
            "this is outside of what `allow` permits of `{name}`, {}",
            range.to_token_stream()
        );
        return error_with_help(&said.item, text, help);
    }
    let typed = said.item.to_token_stream();
    error_with_help(
        range,
        format!("the range excludes the annotation's own `{typed}`"),
        help,
    )
}

fn excluded_model(model: &Model, patterns: &Expr, at_model: bool) -> syn::Error {
    let name = name_of(model);
    if at_model {
        return error_with_help(
            &model.literal,
            "this is none of the models that `allow` permits",
            format!("add `\"{name}\"` to `allow(model = …)`"),
        );
    }
    error_with_help(
        patterns,
        format!("this excludes the annotation's own model, `{name}`"),
        format!("write an array, with `\"{name}\"` in it"),
    )
}

/// The model as the runtime writes it.
fn name_of(model: &Model) -> String {
    let mut name = String::new();
    if model.backend != HUGGING_FACE {
        name.push_str(&model.backend);
        name.push_str("::");
    }
    name.push_str(&model.name);
    if !model.provider.is_empty() {
        name.push(':');
        name.push_str(&model.provider);
    }
    name
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}
