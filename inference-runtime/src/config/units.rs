//! Values with units in sections that are not operations.

use std::time::Duration;

use inference_spec::units;
use serde::{Deserialize, Deserializer, de::Error};

use super::ConfigError;

pub(super) fn parse_duration(text: &str) -> Result<Duration, ConfigError> {
    units::duration(text).map_err(|error| ConfigError::new(error.to_string()))
}

pub(super) fn parse_size(text: &str) -> Result<usize, ConfigError> {
    units::size(text).map_err(|error| ConfigError::new(error.to_string()))
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
