use std::fmt;

use inference_spec::Fault;

use crate::error::redact;

/// A configuration the program cannot start with: where it is wrong, and what would be right.
#[derive(Debug)]
pub struct ConfigError(String);

impl ConfigError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The same error, with the place it is about.
    pub(crate) fn within(self, place: impl fmt::Display) -> Self {
        Self(format!("{place}: {}", self.0))
    }
}

impl<S> From<&Fault<S>> for ConfigError {
    /// The text may quote what was written, which may hold a secret.
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
