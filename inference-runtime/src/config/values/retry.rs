use serde::{
    Deserialize,
    de::{MapAccess, value::MapAccessDeserializer},
};

use super::{Time, Word, no_form};
use crate::{config::ConfigError, operation::Retry};

/// The calls in all where a table does not say.
const DEFAULT_ATTEMPTS: u32 = 3;

/// What is changed of asking again.
#[derive(Clone, Debug)]
pub(crate) enum RetryChange {
    Off,
    On(Parts),
}

/// What is `None` stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Parts {
    attempts: Option<u32>,
    backoff: Option<Time>,
    max_backoff: Option<Time>,
}

impl RetryChange {
    /// The policy after the change.
    pub(crate) fn apply(&self, base: Option<Retry>) -> Result<Option<Retry>, ConfigError> {
        let Self::On(parts) = self else {
            return Ok(None);
        };
        let backoff = parts.backoff.map(|time| time.0);
        let max_backoff = parts.max_backoff.map(|time| time.0);
        let mut retry = base.unwrap_or_else(|| {
            // Of two built-in waits, the one that is not said makes room for the other.
            let mut retry = Retry::new(DEFAULT_ATTEMPTS);
            retry.max_backoff =
                backoff.map_or(retry.max_backoff, |time| time.max(retry.max_backoff));
            retry.backoff = max_backoff.map_or(retry.backoff, |time| time.min(retry.backoff));
            retry
        });
        retry.attempts = parts.attempts.unwrap_or(retry.attempts);
        retry.backoff = backoff.unwrap_or(retry.backoff);
        retry.max_backoff = max_backoff.unwrap_or(retry.max_backoff);
        if retry.attempts < 2 {
            return Err(ConfigError::new(
                "`attempts` counts the first call, too: fewer than two are no retry; help: write at least 2, or `retry = false`",
            ));
        }
        if retry.backoff > retry.max_backoff {
            return Err(ConfigError::new(format!(
                "`backoff` is longer than `max_backoff`, which is {}; help: make it shorter, or `max_backoff` longer",
                humantime::format_duration(retry.max_backoff)
            )));
        }
        Ok(Some(retry))
    }
}

impl Word for RetryChange {
    const FORMS: &'static str = "how often, as `2`, `false`, or a table";

    fn switch(on: bool) -> Result<Self, ConfigError> {
        if on {
            Err(no_form::<Self>())
        } else {
            Ok(Self::Off)
        }
    }

    fn number(retries: u64) -> Result<Self, ConfigError> {
        if retries == 0 {
            return Ok(Self::Off);
        }
        let attempts = u32::try_from(retries)
            .ok()
            .and_then(|retries| retries.checked_add(1));
        Ok(Self::On(Parts {
            attempts: Some(attempts.ok_or_else(no_form::<Self>)?),
            ..Parts::default()
        }))
    }

    fn text(_: &str) -> Result<Self, ConfigError> {
        Err(no_form::<Self>())
    }

    fn table<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        Parts::deserialize(MapAccessDeserializer::new(map)).map(Self::On)
    }
}
