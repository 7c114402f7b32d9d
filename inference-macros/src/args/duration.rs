//! Times, in humantime's words: `"500ms"`, `"5m"`, `"1h 30m"`.

use syn::{Expr, Lit};

use super::given::Argument;
use super::literal::literal;
use crate::diagnostics::error_with_help;

/// `timeout = "3s"`, in milliseconds; never zero.
#[derive(Clone)]
pub(crate) struct Timeout(pub(crate) u64);

impl Argument for Timeout {
    const EXAMPLE: &'static str = r#"timeout = "3s""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        milliseconds("timeout", value).map(Self)
    }
}

/// The milliseconds that the argument `name` says; at least one.
pub(super) fn milliseconds(name: &str, value: &Expr) -> syn::Result<u64> {
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
    let typed = words.value();
    let duration = match humantime::parse_duration(&typed) {
        Ok(duration) => duration,
        Err(_) if !typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit()) => {
            return Err(error_with_help(
                words,
                format!("`{name}` has no unit"),
                format!("write a unit: `\"{typed}s\"`"),
            ));
        }
        Err(_) => {
            return Err(error_with_help(
                words,
                format!("`{typed}` is not a time"),
                "write a number and a unit: `\"500ms\"`, `\"3s\"`, `\"5m\"`, `\"1h 30m\"`",
            ));
        }
    };
    match u64::try_from(duration.as_millis()) {
        Ok(0) => Err(error_with_help(
            words,
            format!("`{name}` is shorter than a millisecond"),
            match name {
                "timeout" => "write at least `\"1ms\"`",
                _ => "`cache = false` turns the cache off",
            },
        )),
        Ok(milliseconds) => Ok(milliseconds),
        Err(_) => Err(error_with_help(
            words,
            format!("`{name}` is too long"),
            "write fewer years",
        )),
    }
}
