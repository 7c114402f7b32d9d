//! Values with units, in words.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

use super::ConfigError;

/// A time that is not zero: `"500ms"`, `"1h 30m"`.
pub(super) fn parse_duration(text: &str) -> Result<Duration, ConfigError> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration.is_zero() => Err(ConfigError::new(
            "a time of zero; help: write at least `\"1ms\"`",
        )),
        Ok(duration) => Ok(duration),
        Err(_) => Err(ConfigError::new(format!(
            "`{text}` is no time; help: write a number and a unit: `\"500ms\"`, `\"5m\"`"
        ))),
    }
}

/// A size in bytes: `"64KB"` (1,000s), `"2MiB"` (1,024s), `"512"`.
pub(super) fn parse_size(text: &str) -> Result<usize, ConfigError> {
    let wrong = || {
        ConfigError::new(format!(
            "`{text}` is no size; help: write a number and a unit: `\"64KB\"`, `\"2MiB\"`"
        ))
    };
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: usize = match unit.trim() {
        "" | "B" => 1,
        "KB" | "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(wrong()),
    };
    number
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .filter(|size| *size > 0)
        .ok_or_else(wrong)
}

pub(super) fn duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_duration(&text).map(Some).map_err(D::Error::custom)
}

pub(super) fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_size(&text).map(Some).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("512", 512),
            ("64KB", 64_000),
            ("2 MiB", 2_097_152),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(parse_size(text).expect(text), bytes);
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in [
            "",
            "KB",
            "-1",
            "1.5MB",
            "64kilo",
            "0",
            "99999999999999999999",
            "99999999999GiB",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
