use std::time::Duration;

use super::{Word, no_form};
use crate::config::{ConfigError, units};

/// A time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time(pub(crate) Duration);

/// A time, or `false` for none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaybeTime(pub(crate) Option<Duration>);

impl Word for Time {
    const FORMS: &'static str = "a time in quotes: `\"500ms\"`, `\"5m\"`";

    fn switch(_: bool) -> Result<Self, ConfigError> {
        Err(no_form::<Self>())
    }

    fn number(number: u64) -> Result<Self, ConfigError> {
        Err(no_unit(number))
    }

    fn text(text: &str) -> Result<Self, ConfigError> {
        units::parse_duration(text).map(Self)
    }
}

impl Word for MaybeTime {
    const FORMS: &'static str = "a time in quotes, as `\"500ms\"`, or `false`";

    fn switch(on: bool) -> Result<Self, ConfigError> {
        if on {
            Err(no_form::<Self>())
        } else {
            Ok(Self(None))
        }
    }

    fn number(number: u64) -> Result<Self, ConfigError> {
        Err(no_unit(number))
    }

    fn text(text: &str) -> Result<Self, ConfigError> {
        units::parse_duration(text).map(|time| Self(Some(time)))
    }
}

/// A time without its unit.
pub(super) fn no_unit(number: u64) -> ConfigError {
    ConfigError::new(format!(
        "`{number}` is no time; help: write a number and a unit in quotes: `\"{number}s\"`"
    ))
}
