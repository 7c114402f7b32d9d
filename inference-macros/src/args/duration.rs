//! Times, in humantime's words: `"500ms"`, `"5m"`, `"1h 30m"`.

use quote::ToTokens;
use syn::{Expr, Lit};

use super::given::Argument;
use super::literal::literal;
use crate::diagnostics::error_with_help;

/// A time, and where it was typed; never zero.
#[derive(Clone)]
pub(crate) struct Time {
    pub(crate) milliseconds: u64,
    pub(crate) value: Expr,
}

impl Time {
    /// The time that the argument `name` says.
    pub(super) fn read(name: &str, value: &Expr) -> syn::Result<Self> {
        milliseconds(name, value).map(|milliseconds| Self {
            milliseconds,
            value: value.clone(),
        })
    }

    /// As typed, quotes and all.
    pub(crate) fn typed(&self) -> String {
        self.value.to_token_stream().to_string()
    }
}

/// `timeout = "3s"`.
#[derive(Clone)]
pub(crate) struct Timeout(pub(crate) Time);

impl Argument for Timeout {
    const EXAMPLE: &'static str = r#"timeout = "3s""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        Time::read("timeout", value).map(Self)
    }
}

fn milliseconds(name: &str, value: &Expr) -> syn::Result<u64> {
    let words = match literal(value) {
        Some(Lit::Str(words)) => words,
        Some(Lit::Int(number)) => {
            return Err(error_with_help(
                value,
                format!("`{name}` has no unit"),
                format!("write a unit: `\"{}s\"`", number.base10_digits()),
            ));
        }
        Some(Lit::Float(number)) => {
            let milliseconds = number.base10_parse::<f64>().unwrap_or(1.5) * 1000.0;
            return Err(error_with_help(
                value,
                format!("`{name}` has no unit"),
                format!("write a unit: `\"{milliseconds:.0}ms\"`"),
            ));
        }
        _ => {
            return Err(error_with_help(
                value,
                format!("`{name}` takes a time in quotes"),
                "write `\"3s\"`; `inference.toml` can set another one for a deployment",
            ));
        }
    };
    match milliseconds_in(&words.value()) {
        Ok(0) => Err(error_with_help(
            words,
            format!("`{name}` is shorter than a millisecond"),
            instead_of_zero(name),
        )),
        Ok(milliseconds) => Ok(milliseconds),
        Err(Unreadable::NoUnit) => Err(error_with_help(
            words,
            format!("`{name}` has no unit"),
            format!("write a unit: `\"{}s\"`", words.value()),
        )),
        Err(Unreadable::NoTime) => Err(error_with_help(
            words,
            format!("`{}` is not a time", words.value()),
            "write a number and a unit: `\"500ms\"`, `\"3s\"`, `\"5m\"`, `\"1h 30m\"`",
        )),
        Err(Unreadable::TooLong) => Err(error_with_help(
            words,
            format!("`{name}` is too long"),
            "write fewer years",
        )),
    }
}

/// Why words are no time.
pub(super) enum Unreadable {
    NoUnit,
    NoTime,
    TooLong,
}

/// The milliseconds that words say; less than one is none.
pub(super) fn milliseconds_in(words: &str) -> Result<u64, Unreadable> {
    match humantime::parse_duration(words) {
        Ok(duration) => u64::try_from(duration.as_millis()).map_err(|_| Unreadable::TooLong),
        Err(_) if !words.is_empty() && words.chars().all(|c| c.is_ascii_digit()) => {
            Err(Unreadable::NoUnit)
        }
        Err(_) => Err(Unreadable::NoTime),
    }
}

fn instead_of_zero(name: &str) -> &'static str {
    match name {
        "cache" | "ttl" => "`cache = false` turns the cache off",
        "hedge" => "`hedge = false` turns it off",
        "stale_if_error" | "stale_while_revalidate" => "leave it out: nothing stale is served then",
        _ => "write at least `\"1ms\"`",
    }
}
