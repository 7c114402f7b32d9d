use std::{num::NonZeroU32, time::Duration};

use super::{Word, no_form};
use crate::{config::ConfigError, operation::RateLimit};

/// So many calls in a time, or `false` for no limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate(pub(crate) Option<RateLimit>);

/// The units, in seconds.
const UNITS: [(&str, u64); 5] = [
    ("s", 1),
    ("m", 60),
    ("min", 60),
    ("h", 3_600),
    ("d", 86_400),
];

impl Word for Rate {
    const FORMS: &'static str =
        "a rate in quotes, as `\"100/s\"`, `\"30/min\"` or `\"5/10s\"`, or `false` for no limit";

    fn switch(on: bool) -> Result<Self, ConfigError> {
        if on {
            Err(no_form::<Self>())
        } else {
            Ok(Self(None))
        }
    }

    fn number(number: u64) -> Result<Self, ConfigError> {
        Err(ConfigError::new(format!(
            "`{number}` does not say in what time; help: write `\"{number}/s\"`"
        )))
    }

    fn text(text: &str) -> Result<Self, ConfigError> {
        match read(text) {
            Some(rate) => Ok(Self(Some(rate))),
            None => Err(ConfigError::new(format!(
                "`{text}` is no rate; help: write {}",
                Self::FORMS
            ))),
        }
    }
}

fn read(text: &str) -> Option<RateLimit> {
    let (calls, time) = text.split_once('/')?;
    let calls: NonZeroU32 = calls.trim().parse().ok()?;
    let time = time.trim();
    let unit_at = time.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = time.split_at(unit_at);
    let count: u64 = match count {
        "" => 1,
        digits => digits.parse().ok().filter(|count| *count > 0)?,
    };
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    let per = Duration::from_secs(count.checked_mul(*seconds)?);
    Some(RateLimit::new(calls, per))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_rate_is_a_number_in_a_time() {
        for (text, calls, seconds) in [
            ("100/s", 100, 1),
            ("30/min", 30, 60),
            ("30 / m", 30, 60),
            ("5/10s", 5, 10),
            ("1000/2h", 1000, 7_200),
            ("1/d", 1, 86_400),
        ] {
            let rate = read(text).expect(text);
            assert_eq!(
                (rate.calls.get(), rate.per.as_secs()),
                (calls, seconds),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "", "100", "/s", "0/s", "5/0s", "5/ms", "5/10", "-1/s", "1.5/s", "1/week",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
