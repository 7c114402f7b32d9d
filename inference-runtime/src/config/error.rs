use std::fmt;

use inference_spec::Fault;

use crate::error::redact;

/// A mistake in the configuration, with its location and a fix. The program does not start.
#[derive(Debug)]
pub struct ConfigError(String);

impl ConfigError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Adds the location of the mistake.
    pub(crate) fn with_location(self, location: impl fmt::Display) -> Self {
        Self(format!("{location}: {}", self.0))
    }
}

impl<S> From<&Fault<S>> for ConfigError {
    /// The text may quote a value, which may contain a secret.
    fn from(fault: &Fault<S>) -> Self {
        Self(redact(&fault.to_string()).to_string())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}
