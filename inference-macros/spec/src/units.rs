//! Parses values with units: durations, sizes and rates.

use std::{num::NonZeroU32, ops::Range, time::Duration};

use humantime::DurationError;

use crate::{Kind, RateLimit, TextError};

const DURATIONS: &str = "write a number and a unit: `\"500ms\"`, `\"3s\"`, `\"5m\"`, `\"1h 30m\"`";
const SIZES: &str = "write a whole number and a unit: `\"512B\"`, `\"64KB\"`, `\"2MiB\"`";
const RATES: &str =
    "write a number, `/` and a unit: `\"100/s\"`, `\"30/min\"`, `\"1000/h\"`, `\"5/10s\"`";

/// Decimal and binary units of size, in capitals.
const SIZE_UNITS: &[(&str, usize)] = &[
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KIB", 1 << 10),
    ("MIB", 1 << 20),
    ("GIB", 1 << 30),
];

/// Units of a rate's time, in seconds.
const RATE_UNITS: &[(&str, u64)] = &[
    ("s", 1),
    ("m", 60),
    ("min", 60),
    ("h", 3_600),
    ("d", 86_400),
];

/// Parses a duration in humantime's format, such as `500ms` or `1h 30m`: a whole number of milliseconds, at least one.
///
/// # Errors
///
/// A text without a unit, shorter than a millisecond, with a fraction of one, too long to be counted in milliseconds, or of
/// another form.
pub fn duration(text: &str) -> Result<Duration, TextError> {
    let whole = 0..text.len();
    if is_number(text) {
        let help = format!("write a unit: `\"{text}s\"`");
        return Err(no_unit(text, whole, help));
    }
    let duration = match parse_any_case(text) {
        Ok(duration) => duration,
        Err(DurationError::NumberOverflow) => {
            return Err(too_large(text, "a duration"));
        }
        Err(error) => {
            let range = match error {
                DurationError::UnknownUnit { start, end, .. } => start..end,
                _ => whole,
            };
            let text = format!("`{text}` is not a duration");
            return Err(TextError::new(Kind::Malformed, range, text, DURATIONS));
        }
    };
    let help = "write at least `\"1ms\"`";
    if duration < Duration::from_millis(1) {
        let text = format!("`{text}` is shorter than a millisecond");
        return Err(TextError::new(Kind::TooSmall, whole, text, help));
    }
    if duration.subsec_nanos() % 1_000_000 != 0 {
        let help = format!("write `\"{}ms\"`", duration.as_millis());
        let text = format!("`{text}` is not a whole number of milliseconds");
        return Err(TextError::new(Kind::Malformed, whole, text, help));
    }
    if u64::try_from(duration.as_millis()).is_err() {
        return Err(too_large(text, "a duration"));
    }
    Ok(duration)
}

/// Parses a size in bytes, such as `64KB` (1,000s) or `2MiB` (1,024s), in any letter case; never zero.
///
/// # Errors
///
/// A text without a unit, zero, too large, or of another form.
pub fn size(text: &str) -> Result<usize, TextError> {
    let whole = 0..text.len();
    let malformed = |range: Range<usize>| {
        let text = format!("`{text}` is not a size");
        TextError::new(Kind::Malformed, range, text, SIZES)
    };
    let (digits, unit) = split_digits(text);
    if is_number(text) {
        let help = format!("write a unit: `\"{text}B\"`");
        return Err(no_unit(text, whole, help));
    }
    if digits.is_empty() {
        return Err(malformed(whole));
    }
    let name = unit.trim().to_ascii_uppercase();
    let Some((_, factor)) = SIZE_UNITS.iter().find(|(unit, _)| *unit == name) else {
        return Err(malformed(digits.len()..text.len()));
    };
    let bytes = digits
        .parse()
        .ok()
        .and_then(|n: usize| n.checked_mul(*factor));
    match bytes {
        Some(0) => Err(TextError::new(
            Kind::TooSmall,
            whole,
            format!("`{text}` is zero"),
            "write a size, such as `\"64KB\"`",
        )),
        Some(bytes) => Ok(bytes),
        None => Err(too_large(text, "a size")),
    }
}

/// Parses a rate, such as `100/s`, `30/min` or `5/10s`.
///
/// # Errors
///
/// A text without a time, zero calls, no time, or of another form.
pub fn rate(text: &str) -> Result<RateLimit, TextError> {
    let whole = 0..text.len();
    let error = |kind, range, what: &str| {
        let text = format!("`{text}` {what}");
        TextError::new(kind, range, text, RATES)
    };
    let malformed = |range| error(Kind::Malformed, range, "is not a rate");
    let Some((calls, time)) = text.split_once('/') else {
        if is_number(text) {
            let help = format!("write `\"{text}/s\"`");
            return Err(no_unit(text, whole, help));
        }
        return Err(malformed(whole));
    };
    let after = calls.len() + 1..text.len();
    let before = 0..calls.len();
    let calls: u32 = match calls.trim() {
        digits if is_number(digits) => digits
            .parse()
            .map_err(|_| error(Kind::TooLarge, before.clone(), "has too many calls"))?,
        _ => return Err(malformed(before)),
    };
    let (count, unit) = split_digits(time.trim());
    let unit = unit.trim().to_ascii_lowercase();
    let Some((_, seconds)) = RATE_UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(malformed(after));
    };
    let count: u64 = match count {
        "" => 1,
        digits => digits.parse().map_err(|_| malformed(after.clone()))?,
    };
    // The milliseconds must fit into 64 bits.
    let per = count
        .checked_mul(*seconds)
        .filter(|s| s.checked_mul(1_000).is_some());
    match (NonZeroU32::new(calls), per) {
        (_, None) => Err(too_large(text, "a rate")),
        (None, _) => Err(TextError::new(
            Kind::TooSmall,
            before,
            format!("`{text}` allows no call"),
            "write at least one call: `\"1/s\"`",
        )),
        (_, Some(0)) => Err(error(Kind::TooSmall, after, "has a period of zero")),
        (Some(calls), Some(per)) => Ok(RateLimit::new(calls, Duration::from_secs(per))),
    }
}

/// Parses a range of durations, such as `1s..=10s`, `..=10s` or `1s..`, as milliseconds; both ends are included, and an
/// open end is [`u64::MAX`].
///
/// # Errors
///
/// A text of another form, an end that is not a duration, or ends in the wrong order.
pub fn durations(name: &str, text: &str) -> Result<(u64, u64), TextError> {
    let error =
        |text: String, help: String| TextError::new(Kind::Malformed, 0..text.len(), text, help);
    let Some((least, most)) = text.split_once("..") else {
        let help = match duration(text) {
            Ok(_) => format!("write `\"..={text}\"` for at most this"),
            Err(_) => format!("write `{name} = \"1s..=10s\"`, or `{name}` alone for any"),
        };
        return Err(error(format!("`{text}` is not a range of durations"), help));
    };
    let (least, most) = (least.trim(), most.trim());
    let most = match most.strip_prefix('=') {
        Some(most) => most.trim(),
        None if most.is_empty() && least.is_empty() => {
            return Err(error(
                "the range has no bounds".to_owned(),
                format!("write `{name}` alone for any"),
            ));
        }
        None if most.is_empty() => "",
        None => {
            return Err(error(
                "a range of durations includes its end".to_owned(),
                format!("write `\"{least}..={most}\"`"),
            ));
        }
    };
    let end = |end: &str, open: u64| match end {
        "" => Ok(open),
        end => duration(end).map(milliseconds),
    };
    between(end(least, 0)?, end(most, u64::MAX)?)
}

/// Creates a range from its ends.
///
/// # Errors
///
/// Ends in the wrong order.
pub fn between(least: u64, most: u64) -> Result<(u64, u64), TextError> {
    if least <= most {
        return Ok((least, most));
    }
    Err(TextError::new(
        Kind::Malformed,
        0..0,
        "the range is empty",
        "write the smaller end first",
    ))
}

/// Converts a duration to milliseconds, saturating at [`u64::MAX`].
#[must_use]
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Parses humantime's format, in any letter case except that `M` is always a month.
fn parse_any_case(text: &str) -> Result<Duration, DurationError> {
    humantime::parse_duration(text).or_else(|error| {
        let mut units = text.split(|c: char| !c.is_ascii_alphabetic());
        if units.any(|unit| unit == "M") {
            return Err(error);
        }
        humantime::parse_duration(&text.to_ascii_lowercase()).map_err(|_| error)
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

fn split_digits(text: &str) -> (&str, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(digits.unwrap_or(text.len()))
}

fn no_unit(text: &str, range: Range<usize>, help: String) -> TextError {
    TextError::new(Kind::NoUnit, range, format!("`{text}` has no unit"), help)
}

fn too_large(text: &str, what: &str) -> TextError {
    TextError::new(
        Kind::TooLarge,
        0..text.len(),
        format!("`{text}` is too large for {what}"),
        "write a smaller number",
    )
}
