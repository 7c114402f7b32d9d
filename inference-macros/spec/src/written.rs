//! Effective policies as text, in the format of the configuration.

use std::{num::NonZeroU32, time::Duration};

use crate::{CachePolicy, CircuitBreaker, Key, RateLimit, Retry, SingleFlight};

/// One setting of an effective policy, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenSetting {
    /// The policy.
    pub key: Key,
    /// The setting's name in the policy's table; empty if the policy has a single value, or is off.
    pub part: &'static str,
    /// Its value, as in `inference.toml` but without quotes. `false` is off.
    pub value: String,
}

/// A complete policy that can be formatted.
pub(crate) trait Write {
    /// Returns the settings by their names.
    fn write(&self) -> Vec<(&'static str, String)>;
}

impl Write for Duration {
    fn write(&self) -> Vec<(&'static str, String)> {
        vec![("", duration(*self))]
    }
}

impl Write for usize {
    fn write(&self) -> Vec<(&'static str, String)> {
        vec![("", size(*self))]
    }
}

impl Write for NonZeroU32 {
    fn write(&self) -> Vec<(&'static str, String)> {
        vec![("", self.to_string())]
    }
}

impl Write for RateLimit {
    fn write(&self) -> Vec<(&'static str, String)> {
        vec![("", rate(self))]
    }
}

impl Write for CachePolicy {
    fn write(&self) -> Vec<(&'static str, String)> {
        let window = |window: Option<Duration>| window.map_or_else(off, duration);
        let single_flight = match self.single_flight {
            SingleFlight::Process => "process",
            SingleFlight::Cluster => "cluster",
        };
        vec![
            ("ttl", duration(self.ttl)),
            ("stale_if_error", window(self.stale_if_error)),
            (
                "stale_while_revalidate",
                window(self.stale_while_revalidate),
            ),
            ("client_control", self.client_control.to_string()),
            ("single_flight", single_flight.to_owned()),
        ]
    }
}

impl Write for Retry {
    fn write(&self) -> Vec<(&'static str, String)> {
        vec![
            ("attempts", self.attempts.to_string()),
            ("backoff", duration(self.backoff)),
            ("max_backoff", duration(self.max_backoff)),
        ]
    }
}

impl Write for CircuitBreaker {
    fn write(&self) -> Vec<(&'static str, String)> {
        vec![
            ("failures", self.failures.to_string()),
            ("reset", duration(self.reset)),
        ]
    }
}

/// Returns the settings of a policy, or `false` if it is off.
pub(crate) fn written<P: Write>(key: Key, policy: Option<&P>) -> Vec<WrittenSetting> {
    let settings = policy.map_or_else(|| vec![("", off())], Write::write);
    settings
        .into_iter()
        .map(|(part, value)| WrittenSetting { key, part, value })
        .collect()
}

fn off() -> String {
    "false".to_owned()
}

fn duration(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

/// Formats a size in the largest unit that divides it.
fn size(bytes: usize) -> String {
    const UNITS: [(usize, &str); 6] = [
        (1 << 30, "GiB"),
        (1_000_000_000, "GB"),
        (1 << 20, "MiB"),
        (1_000_000, "MB"),
        (1 << 10, "KiB"),
        (1_000, "KB"),
    ];
    UNITS
        .iter()
        .find(|(factor, _)| bytes > 0 && bytes.is_multiple_of(*factor))
        .map_or_else(
            || format!("{bytes}B"),
            |(factor, unit)| format!("{}{unit}", bytes / factor),
        )
}

fn rate(rate: &RateLimit) -> String {
    let calls = rate.calls;
    match rate.per.as_secs() {
        1 => format!("{calls}/s"),
        60 => format!("{calls}/min"),
        3_600 => format!("{calls}/h"),
        seconds => format!("{calls}/{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units;

    #[test]
    fn formatted_values_parse_to_the_same_values() {
        for bytes in [1, 999, 1_000, 1_024, 64_000, 2 << 20, 1_500_000, usize::MAX] {
            assert_eq!(units::size(&size(bytes)).ok(), Some(bytes), "{bytes}");
        }
        for millis in [1, 1_500, 60_000, 5_400_000, 86_400_000] {
            let time = Duration::from_millis(millis);
            assert_eq!(
                units::duration(&duration(time)).ok(),
                Some(time),
                "{time:?}"
            );
        }
        for text in ["100/s", "30/min", "5/h", "7/90s"] {
            let read = units::rate(text).expect(text);
            assert_eq!(rate(&read), text);
        }
    }
}
