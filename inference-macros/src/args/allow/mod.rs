//! `allow(model = "org/*", timeout = "..=10s", retry)`: the changes that the configuration may make.

mod models;
mod range;

use inference_spec::{BoundKind, Key};
use syn::{Expr, Meta, MetaList};

use super::given::{Argument, name_of};
use super::known::reach;
use super::list::{items, path_of};
use super::parts::Parts;
use crate::diagnostics::error_with_help;

/// The arguments that the configuration may change. It may not change any other.
#[derive(Clone)]
pub(crate) struct Allow(pub(crate) Vec<Bound>);

/// One argument that may be changed.
#[derive(Clone)]
pub(crate) struct Bound {
    pub(crate) name: &'static str,
    pub(crate) range: Range,
}

/// The values that an argument may be changed to.
#[derive(Clone)]
pub(crate) enum Range {
    Any,
    Models {
        /// Exact names, or prefixes followed by `*`.
        patterns: Vec<String>,
        value: Expr,
    },
    /// An inclusive range of milliseconds or numbers.
    Between {
        least: u64,
        most: u64,
        value: Expr,
    },
}

/// The chain of models, whose bound is a list of patterns.
const MODEL: (&str, &str) = ("model", r#"model = "org/*""#);

/// Returns the arguments that the configuration can change, each with an example.
fn known() -> Vec<(&'static str, &'static str)> {
    let rules = Key::ALL.iter().map(|key| key.rule());
    let policies = rules.map(|rule| (rule.name, rule.bound_example));
    std::iter::once(MODEL).chain(policies).collect()
}

impl Argument for Allow {
    const EXAMPLE: &'static str = r#"allow(timeout = "1s..=10s")"#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        Err(error_with_help(
            value,
            "`allow` accepts a list in parentheses",
            format!("write `{}`", Self::EXAMPLE),
        ))
    }

    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        let known = known();
        check_names(list, &known)?;
        let parts = Parts::read(list, &known)?;
        let mut bounds = Vec::new();
        for (name, _) in known.iter().copied() {
            let Some((_, meta)) = parts.iter().find(|(part, _)| *part == name) else {
                continue;
            };
            let range = match meta {
                Meta::Path(_) => Some(Range::Any),
                _ => parts.get(name, range)?,
            };
            bounds.extend(range.map(|range| Bound { name, range }));
        }
        Ok(Self(bounds))
    }
}

fn range(name: &str, value: &Expr) -> syn::Result<Range> {
    match Key::from_name(name).map(|key| key.rule().bound) {
        None => models::read(value),
        Some(BoundKind::Durations) => range::read_durations(name, value),
        Some(BoundKind::Numbers) => range::read_numbers(name, value),
        Some(BoundKind::Whole) => Err(error_with_help(
            value,
            format!("`{name}` can be allowed to have any value, or not at all"),
            format!("write `allow({name})`"),
        )),
    }
}

/// Rejects arguments that exist but cannot be changed by the configuration.
fn check_names(list: &MetaList, known: &[(&str, &str)]) -> syn::Result<()> {
    for item in items(list.tokens.clone())? {
        let Some(path) = path_of(&item) else { continue };
        let name = name_of(path);
        if reach(&name).is_some() && !known.iter().any(|(key, _)| *key == name) {
            let names = known.iter().map(|(name, _)| *name);
            return Err(error_with_help(
                path,
                format!("the configuration cannot change `{name}`"),
                format!("it can change {}", inference_spec::list(names)),
            ));
        }
    }
    Ok(())
}
