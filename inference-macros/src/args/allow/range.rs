use inference_spec::units;
use syn::{Expr, ExprRange, Lit, RangeLimits};

use super::Range;
use crate::args::literal::{inner, literal};
use crate::args::model::spanned;
use crate::diagnostics::error_with_help;

/// `"1s..=10s"`, `"..=10s"`, `"1s.."`.
pub(super) fn read_durations(name: &str, value: &Expr) -> syn::Result<Range> {
    let Some(Lit::Str(words)) = literal(value) else {
        return Err(error_with_help(
            value,
            format!("`{name}` accepts a range of durations in quotes"),
            format!("write `{name} = \"1s..=10s\"`, or `{name}` alone for any"),
        ));
    };
    match units::durations(name, &words.value()) {
        Ok((least, most)) => Ok(Range::Between {
            least,
            most,
            value: value.clone(),
        }),
        Err(error) => Err(spanned(error, words)),
    }
}

/// `0..=3`, `..=3`, `1..`.
pub(super) fn read_numbers(name: &str, value: &Expr) -> syn::Result<Range> {
    let invalid = |help: String| {
        error_with_help(
            value,
            format!("`{name}` accepts a range of whole numbers"),
            help,
        )
    };
    let Expr::Range(ExprRange {
        start, end, limits, ..
    }) = inner(value)
    else {
        return Err(invalid(match literal(value) {
            Some(Lit::Int(number)) => format!("write `{name} = 0..={number}`"),
            Some(Lit::Str(words)) if words.value().contains("..") => {
                format!("write it without quotes: `{name} = {}`", words.value())
            }
            _ => format!("write `{name} = 0..=3`, or `{name}` alone for any"),
        }));
    };
    let number = |end: &Expr| match literal(end) {
        Some(Lit::Int(number)) => number.base10_parse::<u32>().ok().map(u64::from),
        _ => None,
    };
    let help = || format!("write `{name} = 0..=3`, or `{name}` alone for any");
    let least = match start {
        Some(start) => number(start).ok_or_else(|| invalid(help()))?,
        None => 0,
    };
    let most = match (end, limits) {
        (None, _) => u64::MAX,
        (Some(end), RangeLimits::Closed(_)) => number(end).ok_or_else(|| invalid(help()))?,
        (Some(end), RangeLimits::HalfOpen(_)) => {
            let end = number(end).ok_or_else(|| invalid(help()))?;
            match end.checked_sub(1) {
                Some(most) => most,
                None => return between(1, 0, value),
            }
        }
    };
    between(least, most, value)
}

fn between(least: u64, most: u64, value: &Expr) -> syn::Result<Range> {
    match units::between(least, most) {
        Ok((least, most)) => Ok(Range::Between {
            least,
            most,
            value: value.clone(),
        }),
        Err(error) => Err(error_with_help(value, error.text, error.help)),
    }
}
