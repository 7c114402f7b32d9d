//! `cache = "5m"`, `cache = false`, `cache(ttl = "5m", stale_if_error = "1h", scope = expr, key = expr)`.

use syn::{Expr, MetaList};

use super::duration::Time;
use super::given::Argument;
use super::literal::{switch, text};
use super::parts::{Known, Parts};
use crate::diagnostics::{did_you_mean, error_with_help};

/// What was said about the cache.
#[derive(Clone)]
pub(crate) enum Cache {
    Off,
    On(Box<Kept>),
}

/// How answers are kept.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) ttl: Time,
    pub(crate) stale_if_error: Option<Time>,
    pub(crate) stale_while_revalidate: Option<Time>,
    pub(crate) client_control: bool,
    /// Whether equal questions in all processes are one call.
    pub(crate) cluster: bool,
    pub(crate) scope: Option<Expr>,
    pub(crate) key: Option<Expr>,
}

const PARTS: Known = &[
    ("ttl", r#"ttl = "5m""#),
    ("stale_if_error", r#"stale_if_error = "1h""#),
    ("stale_while_revalidate", r#"stale_while_revalidate = "1m""#),
    ("client_control", "client_control = true"),
    ("single_flight", r#"single_flight = "cluster""#),
    ("scope", "scope = user.id"),
    ("key", "key = document.id"),
];

impl Argument for Cache {
    const EXAMPLE: &'static str = r#"cache = "5m""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match switch(value) {
            Some(false) => Ok(Self::Off),
            Some(true) => Err(error_with_help(
                value,
                "`cache = true` does not say for how long",
                "write a time: `cache = \"5m\"`",
            )),
            None => Time::read("cache", value).map(|ttl| {
                Self::On(Box::new(Kept {
                    ttl,
                    stale_if_error: None,
                    stale_while_revalidate: None,
                    client_control: false,
                    cluster: false,
                    scope: None,
                    key: None,
                }))
            }),
        }
    }

    fn from_arguments(list: &MetaList) -> syn::Result<Self> {
        let parts = Parts::read(list, PARTS)?;
        let expression = |name| parts.get(PARTS, name, |_, value| Ok(value.clone()));
        let Some(ttl) = parts.get(PARTS, "ttl", Time::read)? else {
            return Err(error_with_help(
                list,
                "`cache(...)` does not say for how long",
                "add `ttl = \"5m\"`",
            ));
        };
        Ok(Self::On(Box::new(Kept {
            ttl,
            stale_if_error: parts.get(PARTS, "stale_if_error", Time::read)?,
            stale_while_revalidate: parts.get(PARTS, "stale_while_revalidate", Time::read)?,
            client_control: parts
                .get(PARTS, "client_control", yes_or_no)?
                .unwrap_or_default(),
            cluster: parts
                .get(PARTS, "single_flight", is_cluster)?
                .unwrap_or_default(),
            scope: expression("scope")?,
            key: expression("key")?,
        })))
    }
}

fn yes_or_no(name: &str, value: &Expr) -> syn::Result<bool> {
    switch(value).ok_or_else(|| {
        error_with_help(
            value,
            format!("`{name}` takes `true` or `false`"),
            format!("write `{name} = true`"),
        )
    })
}

fn is_cluster(_: &str, value: &Expr) -> syn::Result<bool> {
    let words = text(
        value,
        "`single_flight` takes a word in quotes",
        "write `\"process\"` or `\"cluster\"`",
    )?;
    match words.value().as_str() {
        "process" => Ok(false),
        "cluster" => Ok(true),
        other => Err(error_with_help(
            words,
            format!("`single_flight` has no value `{other}`"),
            did_you_mean(other, ["process", "cluster"]),
        )),
    }
}
