use serde::{
    Deserialize,
    de::{MapAccess, value::MapAccessDeserializer},
};

use super::{MaybeTime, Time, Word, time::no_unit};
use crate::{
    config::{ConfigError, units},
    operation::{CachePolicy, SingleFlight},
};

/// What is changed of how answers are kept.
#[derive(Clone, Debug)]
pub(crate) enum CacheChange {
    Off,
    On(Parts),
}

/// What is `None` stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Parts {
    ttl: Option<Time>,
    stale_if_error: Option<MaybeTime>,
    stale_while_revalidate: Option<MaybeTime>,
    client_control: Option<bool>,
    single_flight: Option<Flight>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Flight {
    Process,
    Cluster,
}

impl CacheChange {
    /// The policy after the change.
    pub(crate) fn apply(
        &self,
        base: Option<CachePolicy>,
    ) -> Result<Option<CachePolicy>, ConfigError> {
        let Self::On(parts) = self else {
            return Ok(None);
        };
        let ttl = parts.ttl.map(|ttl| ttl.0);
        let Some(mut policy) = base.or(ttl.map(CachePolicy::new)) else {
            return Err(ConfigError::new(
                "`cache` does not say for how long; help: add `ttl = \"5m\"`",
            ));
        };
        if let Some(ttl) = ttl {
            policy.ttl = ttl;
        }
        if let Some(window) = parts.stale_if_error {
            policy.stale_if_error = window.0;
        }
        if let Some(window) = parts.stale_while_revalidate {
            policy.stale_while_revalidate = window.0;
        }
        if let Some(yes) = parts.client_control {
            policy.client_control = yes;
        }
        if let Some(flight) = parts.single_flight {
            policy.single_flight = match flight {
                Flight::Process => SingleFlight::Process,
                Flight::Cluster => SingleFlight::Cluster,
            };
        }
        Ok(Some(policy))
    }
}

impl Word for CacheChange {
    const FORMS: &'static str = "a time in quotes, as `\"5m\"`, `false`, or a table";

    fn switch(on: bool) -> Result<Self, ConfigError> {
        if on {
            return Err(ConfigError::new(
                "how long? help: write a time: `cache = \"5m\"`",
            ));
        }
        Ok(Self::Off)
    }

    fn number(number: u64) -> Result<Self, ConfigError> {
        Err(no_unit(number))
    }

    fn text(text: &str) -> Result<Self, ConfigError> {
        let ttl = units::parse_duration(text)?;
        Ok(Self::On(Parts {
            ttl: Some(Time(ttl)),
            ..Parts::default()
        }))
    }

    fn table<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        Parts::deserialize(MapAccessDeserializer::new(map)).map(Self::On)
    }
}
