use syn::{Expr, ExprRange, Lit, RangeLimits};

use super::Range;
use crate::args::duration::{Unreadable, milliseconds_in};
use crate::args::literal::{inner, literal};
use crate::diagnostics::error_with_help;

/// `"1s..=10s"`, `"..=10s"`, `"1s.."`.
pub(super) fn of_times(name: &str, value: &Expr) -> syn::Result<Range> {
    let Some(Lit::Str(words)) = literal(value) else {
        return Err(error_with_help(
            value,
            format!("`{name}` takes a range of times in quotes"),
            format!("write `{name} = \"1s..=10s\"`, or `{name}` alone for any"),
        ));
    };
    let typed = words.value();
    let Some((least, most)) = typed.split_once("..") else {
        let help = match milliseconds_in(&typed) {
            Ok(_) => format!("write `\"..={typed}\"` for up to so long"),
            Err(_) => format!("write `{name} = \"1s..=10s\"`, or `{name}` alone for any"),
        };
        return Err(error_with_help(
            words,
            format!("`{typed}` is not a range of times"),
            help,
        ));
    };
    let (least, most) = (least.trim(), most.trim());
    let most = match most.strip_prefix('=') {
        Some(most) => most.trim(),
        None if most.is_empty() && !least.is_empty() => "",
        None if most.is_empty() => {
            return Err(error_with_help(
                words,
                "the range has no ends",
                format!("write `{name}` alone for any"),
            ));
        }
        None => {
            return Err(error_with_help(
                words,
                "a range of times includes its end",
                format!("write `\"{least}..={most}\"`"),
            ));
        }
    };
    let end = |typed: &str, open: u64| match typed {
        "" => Ok(open),
        typed => milliseconds_in(typed).map_err(|unreadable| match unreadable {
            Unreadable::NoUnit => error_with_help(
                words,
                format!("`{typed}` has no unit"),
                format!("write a unit: `{typed}s`"),
            ),
            Unreadable::NoTime | Unreadable::TooLong => error_with_help(
                words,
                format!("`{typed}` is not a time"),
                "write a number and a unit: `500ms`, `3s`, `5m`, `1h 30m`",
            ),
        }),
    };
    between(end(least, 0)?, end(most, u64::MAX)?, value)
}

/// `0..=3`, `..=3`, `1..`.
pub(super) fn of_numbers(name: &str, value: &Expr) -> syn::Result<Range> {
    let unreadable = |help: String| {
        error_with_help(
            value,
            format!("`{name}` takes a range of whole numbers"),
            help,
        )
    };
    let Expr::Range(ExprRange {
        start, end, limits, ..
    }) = inner(value)
    else {
        return Err(unreadable(match literal(value) {
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
        Some(start) => number(start).ok_or_else(|| unreadable(help()))?,
        None => 0,
    };
    let most = match (end, limits) {
        (None, _) => u64::MAX,
        (Some(end), RangeLimits::Closed(_)) => number(end).ok_or_else(|| unreadable(help()))?,
        (Some(end), RangeLimits::HalfOpen(_)) => {
            let end = number(end).ok_or_else(|| unreadable(help()))?;
            match end.checked_sub(1) {
                Some(most) => most,
                None => return Err(empty(value)),
            }
        }
    };
    between(least, most, value)
}

fn between(least: u64, most: u64, value: &Expr) -> syn::Result<Range> {
    if least > most {
        return Err(empty(value));
    }
    Ok(Range::Between {
        least,
        most,
        value: value.clone(),
    })
}

fn empty(value: &Expr) -> syn::Error {
    error_with_help(
        value,
        "the range holds no value",
        "write the smaller end first",
    )
}
