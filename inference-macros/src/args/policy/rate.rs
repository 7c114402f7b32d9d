use syn::{Expr, Lit, LitStr};

use super::more_than_true;
use crate::args::given::Argument;
use crate::args::literal::{literal, switch};
use crate::diagnostics::error_with_help;

/// `rate_limit = "100/s"`: how many calls a model gets in a time.
#[derive(Clone)]
pub(crate) enum RateLimit {
    Off,
    On { calls: u32, per_ms: u64 },
}

/// The units, in milliseconds.
const UNITS: &[(&str, u64)] = &[
    ("s", 1_000),
    ("m", 60_000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

const FORMS: &str =
    "write a number, `/` and a unit: `\"100/s\"`, `\"30/min\"`, `\"1000/h\"`, `\"5/10s\"`";

impl Argument for RateLimit {
    const EXAMPLE: &'static str = r#"rate_limit = "100/s""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match literal(value) {
            Some(Lit::Str(words)) => read(words),
            Some(Lit::Int(number)) => Err(error_with_help(
                value,
                "`rate_limit` does not say in what time",
                format!("write `\"{}/s\"`", number.base10_digits()),
            )),
            _ => match switch(value) {
                Some(false) => Ok(Self::Off),
                Some(true) => Err(more_than_true(
                    "rate_limit",
                    "how often",
                    value,
                    Self::EXAMPLE,
                )),
                None => Err(error_with_help(
                    value,
                    "`rate_limit` takes a rate in quotes",
                    format!("write `{}`", Self::EXAMPLE),
                )),
            },
        }
    }
}

fn read(words: &LitStr) -> syn::Result<RateLimit> {
    let typed = words.value();
    let unreadable = || error_with_help(words, format!("`{typed}` is not a rate"), FORMS);
    let Some((calls, time)) = typed.split_once('/') else {
        return Err(if typed.parse::<u32>().is_ok() {
            error_with_help(
                words,
                "`rate_limit` does not say in what time",
                format!("write `\"{typed}/s\"`"),
            )
        } else {
            unreadable()
        });
    };
    let calls: u32 = calls.trim().parse().map_err(|_| unreadable())?;
    let time = time.trim();
    let unit_at = time
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(time.len());
    let (count, unit) = time.split_at(unit_at);
    let count: u64 = match count {
        "" => 1,
        digits => digits.parse().map_err(|_| unreadable())?,
    };
    let (_, unit_ms) = UNITS
        .iter()
        .find(|(name, _)| *name == unit.trim())
        .ok_or_else(unreadable)?;
    let per_ms = count.checked_mul(*unit_ms).ok_or_else(unreadable)?;
    match (calls, per_ms) {
        (0, _) => Err(error_with_help(
            words,
            "with a rate of zero no call could be made",
            "`rate_limit = false` turns the limit off",
        )),
        (_, 0) => Err(error_with_help(
            words,
            "the time of `rate_limit` is zero",
            FORMS,
        )),
        (calls, per_ms) => Ok(RateLimit::On { calls, per_ms }),
    }
}
