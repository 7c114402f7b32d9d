//! `cache = "5m"`, `cache = false`, `cache(ttl = "5m", scope = expr, key = expr)`.

use darling::FromMeta;
use darling::ast::NestedMeta;
use syn::{Expr, Lit, MetaList};

use super::duration::milliseconds;
use super::expression::Value;
use super::given::{Argument, Given, name_of, no_expression};
use super::known::{CACHE_ARGUMENTS, Reach, reach};
use super::list::{items, later, path_of, twice};
use super::literal::literal;
use crate::diagnostics::{did_you_mean, error_with_help};

/// What was said about the cache.
#[derive(Clone)]
pub(crate) enum Cache {
    Off,
    On {
        /// In milliseconds; never zero.
        ttl: u64,
        scope: Option<Box<Expr>>,
        key: Option<Box<Expr>>,
    },
}

/// A time to live in milliseconds.
#[derive(Clone)]
struct Ttl(u64);

/// The list inside `cache(...)`.
#[derive(FromMeta)]
struct List {
    #[darling(default)]
    ttl: Option<Given<Ttl>>,
    #[darling(default)]
    scope: Option<Given<Value>>,
    #[darling(default)]
    key: Option<Given<Value>>,
}

impl Argument for Ttl {
    const EXAMPLE: &'static str = r#"ttl = "5m""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        milliseconds("ttl", value).map(Self)
    }
}

impl Argument for Cache {
    const EXAMPLE: &'static str = r#"cache = "5m""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match literal(value) {
            Some(Lit::Bool(switch)) if !switch.value => Ok(Self::Off),
            Some(Lit::Bool(_)) => Err(error_with_help(
                value,
                "`cache = true` does not say for how long",
                "write a time: `cache = \"5m\"`",
            )),
            _ => {
                let ttl = milliseconds("cache", value)?;
                Ok(Self::On {
                    ttl,
                    scope: None,
                    key: None,
                })
            }
        }
    }

    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        let items = items(list.tokens.clone())?;
        check_names(&items)?;
        let typed = List::from_list(&items).map_err(syn::Error::from)?;
        let Some(ttl) = typed.ttl else {
            return Err(error_with_help(
                list,
                "`cache(...)` does not say for how long",
                "add `ttl = \"5m\"`",
            ));
        };
        let scope = typed
            .scope
            .map(|given| given.value)
            .transpose()?
            .map(|value| Box::new(value.0));
        let key = typed
            .key
            .map(|given| given.value)
            .transpose()?
            .map(|value| Box::new(value.0));
        Ok(Self::On {
            ttl: ttl.value?.0,
            scope,
            key,
        })
    }
}

fn check_names(items: &[NestedMeta]) -> syn::Result<()> {
    let mut seen: Vec<String> = Vec::new();
    for item in items {
        let Some(path) = path_of(item) else {
            return Err(error_with_help(
                item,
                "a value without a name",
                "write `ttl = \"5m\"`",
            ));
        };
        let name = name_of(path);
        match reach(CACHE_ARGUMENTS, &name) {
            None => {
                let known = CACHE_ARGUMENTS
                    .iter()
                    .filter(|(_, reach)| *reach != Reach::Later);
                return Err(error_with_help(
                    path,
                    format!("`cache` has no argument `{name}`"),
                    did_you_mean(&name, known.map(|(name, _)| *name)),
                ));
            }
            Some(Reach::Later) => return Err(later(path, &name)),
            Some(_) if seen.contains(&name) => return Err(twice(path, &name)),
            Some(_) => {
                if let NestedMeta::NameValueInvalidExpr(pair) = item {
                    return Err(no_expression(pair));
                }
                seen.push(name);
            }
        }
    }
    Ok(())
}
