use std::num::NonZeroU32;

use serde::{
    Deserialize,
    de::{MapAccess, value::MapAccessDeserializer},
};

use super::{Time, Word, no_form};
use crate::{config::ConfigError, operation::CircuitBreaker};

/// What is changed of when a failing model is no longer asked.
#[derive(Clone, Debug)]
pub(crate) enum BreakerChange {
    Off,
    On(Parts),
}

/// What is `None` stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Parts {
    failures: Option<NonZeroU32>,
    reset: Option<Time>,
}

impl BreakerChange {
    /// The policy after the change.
    pub(crate) fn apply(&self, base: Option<CircuitBreaker>) -> Option<CircuitBreaker> {
        let Self::On(parts) = self else {
            return None;
        };
        let base = base.unwrap_or(CircuitBreaker::new(
            CircuitBreaker::DEFAULT_FAILURES,
            CircuitBreaker::DEFAULT_RESET,
        ));
        Some(CircuitBreaker::new(
            parts.failures.map_or(base.failures, NonZeroU32::get),
            parts.reset.map_or(base.reset, |reset| reset.0),
        ))
    }
}

impl Word for BreakerChange {
    const FORMS: &'static str = "`true`, `false`, or a table: `{ failures = 5, reset = \"30s\" }`";

    fn switch(on: bool) -> Result<Self, ConfigError> {
        Ok(if on {
            Self::On(Parts::default())
        } else {
            Self::Off
        })
    }

    fn number(_: u64) -> Result<Self, ConfigError> {
        Err(no_form::<Self>())
    }

    fn text(_: &str) -> Result<Self, ConfigError> {
        Err(no_form::<Self>())
    }

    fn table<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        Parts::deserialize(MapAccessDeserializer::new(map)).map(Self::On)
    }
}
