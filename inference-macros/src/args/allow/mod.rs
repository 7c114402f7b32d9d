//! `allow(model = "org/*", timeout = "..=10s", retry)`: what the configuration may change, and how far.

mod models;
mod range;

use syn::{Expr, Meta, MetaList};

use super::given::{Argument, name_of};
use super::known::reach;
use super::list::{items, path_of};
use super::parts::{Known, Parts};
use crate::diagnostics::error_with_help;

/// What may be changed; all else may not.
#[derive(Clone)]
pub(crate) struct Allow(pub(crate) Vec<Bound>);

/// One argument that may be changed.
#[derive(Clone)]
pub(crate) struct Bound {
    pub(crate) name: &'static str,
    pub(crate) range: Range,
}

/// How far.
#[derive(Clone)]
pub(crate) enum Range {
    Any,
    Models {
        /// Exact, or ending in `*`.
        patterns: Vec<String>,
        value: Expr,
    },
    /// Of milliseconds or of a number, both ends included.
    Between {
        least: u64,
        most: u64,
        value: Expr,
    },
}

/// What kind of values an argument has.
#[derive(Clone, Copy)]
enum Kind {
    Models,
    Times,
    Numbers,
    /// It can be allowed as a whole, or not.
    Whole,
}

/// The arguments that the configuration can change.
const KINDS: [(&str, Kind); 10] = [
    ("model", Kind::Models),
    ("timeout", Kind::Times),
    ("max_input", Kind::Whole),
    ("cache", Kind::Times),
    ("retry", Kind::Numbers),
    ("attempt_timeout", Kind::Times),
    ("circuit_breaker", Kind::Whole),
    ("rate_limit", Kind::Whole),
    ("concurrency", Kind::Numbers),
    ("hedge", Kind::Times),
];

const PARTS: Known = &[
    ("timeout", r#"timeout = "1s..=10s""#),
    ("model", r#"model = "org/*""#),
    ("max_input", "max_input"),
    ("cache", r#"cache = "..=1h""#),
    ("retry", "retry = 0..=3"),
    ("attempt_timeout", r#"attempt_timeout = "..=2s""#),
    ("circuit_breaker", "circuit_breaker"),
    ("rate_limit", "rate_limit"),
    ("concurrency", "concurrency = 1..=64"),
    ("hedge", r#"hedge = "100ms..""#),
];

impl Argument for Allow {
    const EXAMPLE: &'static str = r#"allow(timeout = "1s..=10s")"#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        Err(error_with_help(
            value,
            "`allow` takes a list in parentheses",
            format!("write `{}`", Self::EXAMPLE),
        ))
    }

    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        check_names(list)?;
        let parts = Parts::read(list, PARTS)?;
        let mut bounds = Vec::new();
        for (name, kind) in KINDS {
            let Some((_, meta)) = parts.iter().find(|(part, _)| *part == name) else {
                continue;
            };
            let range = match meta {
                Meta::Path(_) => Some(Range::Any),
                _ => parts.get(PARTS, name, |name, value| range(name, kind, value))?,
            };
            bounds.extend(range.map(|range| Bound { name, range }));
        }
        Ok(Self(bounds))
    }
}

fn range(name: &str, kind: Kind, value: &Expr) -> syn::Result<Range> {
    match kind {
        Kind::Models => models::read(value),
        Kind::Times => range::of_times(name, value),
        Kind::Numbers => range::of_numbers(name, value),
        Kind::Whole => Err(error_with_help(
            value,
            format!("`{name}` can be allowed to have any value, or not at all"),
            format!("write `allow({name})`"),
        )),
    }
}

/// Arguments that there are, and that are the code's alone.
fn check_names(list: &MetaList) -> syn::Result<()> {
    for item in items(list.tokens.clone())? {
        let Some(path) = path_of(&item) else { continue };
        let name = name_of(path);
        if reach(&name).is_some() && !KINDS.iter().any(|(kind, _)| *kind == name) {
            let names: Vec<String> = KINDS.iter().map(|(name, _)| format!("`{name}`")).collect();
            return Err(error_with_help(
                path,
                format!("the configuration cannot change `{name}`"),
                format!("it can change {}", names.join(", ")),
            ));
        }
    }
    Ok(())
}
