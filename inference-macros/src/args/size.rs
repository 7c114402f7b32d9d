//! `max_input = "64KB"`.

use syn::{Expr, Lit, LitStr};

use super::given::Argument;
use super::literal::literal;
use crate::diagnostics::error_with_help;

/// A size in bytes; never zero.
#[derive(Clone)]
pub(crate) struct MaxInput(pub(crate) u64);

/// Decimal and binary units.
const UNITS: &[(&str, u64)] = &[
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KIB", 1 << 10),
    ("MIB", 1 << 20),
    ("GIB", 1 << 30),
];

impl Argument for MaxInput {
    const EXAMPLE: &'static str = r#"max_input = "64KB""#;

    fn from_expression(value: &Expr) -> syn::Result<Self> {
        match literal(value) {
            Some(Lit::Str(words)) => bytes(words).map(Self),
            Some(Lit::Int(number)) => Err(error_with_help(
                value,
                "`max_input` has no unit",
                format!("write a unit: `\"{}B\"`", number.base10_digits()),
            )),
            _ => Err(error_with_help(
                value,
                "`max_input` takes a size in quotes",
                "write `\"64KB\"`",
            )),
        }
    }
}

fn bytes(words: &LitStr) -> syn::Result<u64> {
    let typed = words.value();
    let unreadable = || {
        error_with_help(
            words,
            format!("`{typed}` is not a size"),
            "write a whole number and a unit: `\"512B\"`, `\"64KB\"`, `\"2MiB\"`",
        )
    };
    let unit_at = typed
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(typed.len());
    let (digits, unit) = typed.split_at(unit_at);
    let unit = unit.trim().to_ascii_uppercase();
    if unit.is_empty() && !digits.is_empty() {
        return Err(error_with_help(
            words,
            "`max_input` has no unit",
            format!("write a unit: `\"{digits}B\"`"),
        ));
    }
    let number: u64 = digits.parse().map_err(|_| unreadable())?;
    let (_, factor) = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .ok_or_else(unreadable)?;
    match number.checked_mul(*factor) {
        Some(0) => Err(error_with_help(
            words,
            "`max_input` is zero, so every input would be refused",
            "write a size, such as `\"64KB\"`",
        )),
        Some(bytes) => Ok(bytes),
        None => Err(unreadable()),
    }
}
