//! Checks that the annotation's own values are within the ranges of `allow`.

use inference_spec::{Key, Layer, matches};
use quote::ToTokens;
use syn::Expr;

use super::{Policies, Source, source};
use crate::args::{Model, Range};
use crate::diagnostics::{Errors, error_with_help};
use crate::operation::layered::Layered;

pub(super) fn check(
    policies: &Policies,
    layered: &Layered<'_>,
    models: Option<&[Model]>,
    errors: &mut Errors,
) {
    let Some(allow) = &policies.allow else {
        return;
    };
    // A prediction's own list bounds its own values; the function's bounds those of the function.
    let own = layered.own.args.allow.is_some();
    for bound in &allow.0 {
        match &bound.range {
            Range::Any => {}
            Range::Models { patterns, value } => {
                let outside = models.into_iter().flatten().find(|model| {
                    let name = model.reference().to_string();
                    !matches(patterns, &name)
                });
                if let Some(model) = outside {
                    let at_model = !own && layered.own.args.model.is_some();
                    errors.push(excluded_model(model, value, at_model));
                }
            }
            Range::Between { least, most, value } => {
                if let Some(key) = Key::from_name(bound.name)
                    && let Some(source) = source(layered, key)
                    && let Some(number) = number(&policies.layer, key)
                    && !(*least..=*most).contains(&number)
                {
                    errors.push(excluded(source, value, bound.name, own));
                }
            }
        }
    }
}

/// Returns the number that a bound applies to, or `None` if the policy is off.
fn number(layer: &Layer, key: Key) -> Option<u64> {
    let policies = layer.resolve().ok()?;
    policies.measure(key).filter(|_| layer.is_on(key))
}

fn excluded(source: Source<'_>, range: &Expr, name: &str, own: bool) -> syn::Error {
    let help = format!("widen the range, or change `{name}`");
    if source.own && !own {
        let text = format!(
            "this is outside the range that `allow` permits for `{name}`, {}",
            range.to_token_stream()
        );
        return error_with_help(&source.given.item, text, help);
    }
    let typed = source.given.item.to_token_stream();
    error_with_help(
        range,
        format!("the range excludes the annotation's own `{typed}`"),
        help,
    )
}

fn excluded_model(model: &Model, patterns: &Expr, at_model: bool) -> syn::Error {
    let name = model.reference();
    if at_model {
        return error_with_help(
            &model.literal,
            "this is not one of the models that `allow` permits",
            format!("add `\"{name}\"` to `allow(model = …)`"),
        );
    }
    error_with_help(
        patterns,
        format!("this excludes the annotation's own model, `{name}`"),
        format!("write an array that contains `\"{name}\"`"),
    )
}
