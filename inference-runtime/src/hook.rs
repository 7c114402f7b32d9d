//! The values that hooks and fallbacks of an annotation exchange with the runtime.

use std::{error::Error, fmt, time::Duration};

use crate::{ErrorKind, InferenceError};

/// Why a hook gave no value.
pub struct Rejected(Box<dyn Error + Send + Sync>);

impl fmt::Debug for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<InferenceError> for Rejected {
    fn from(error: InferenceError) -> Self {
        Self(Box::new(error))
    }
}

impl Rejected {
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    pub(crate) fn into_input_error(self) -> InferenceError {
        self.into_error(ErrorKind::InvalidInput, "`preprocess` refused the input")
    }

    /// An error of the framework passes as it is: the hook knew what it wanted.
    pub(crate) fn into_error(self, kind: ErrorKind, message: &str) -> InferenceError {
        match self.0.downcast::<InferenceError>() {
            Ok(error) => *error,
            Err(source) => InferenceError::new(kind, message).with_source(source),
        }
    }
}

/// A failure that the annotation's `fallback` has answered.
pub struct Failed(InferenceError);

impl Failed {
    pub(crate) fn new(error: InferenceError) -> Self {
        Self(error)
    }

    /// How long the prediction took until it failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// What the fallback gave. A struct literal, not a call: a value of another type is then an error at the value
/// alone.
pub struct Fallback<V> {
    /// The value, in the answer's place.
    pub value: V,
    /// What it stands in for.
    pub failed: Failed,
}
