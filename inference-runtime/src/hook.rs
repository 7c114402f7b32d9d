//! Errors of hooks, and values of fallbacks.

use std::{error::Error, fmt, time::Duration};

use crate::{ErrorKind, InferenceError};

/// The error of a hook: `preprocess`, `postprocess` or a prompt.
pub struct HookError(Box<dyn Error + Send + Sync>);

impl fmt::Debug for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<InferenceError> for HookError {
    fn from(error: InferenceError) -> Self {
        Self(Box::new(error))
    }
}

impl HookError {
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    pub(crate) fn into_input_error(self) -> InferenceError {
        self.into_error(ErrorKind::InvalidInput, "`preprocess` rejected the input")
    }

    /// Converts it to an error of this kind. An `InferenceError` returned by the hook is kept as it is.
    pub(crate) fn into_error(self, kind: ErrorKind, message: &str) -> InferenceError {
        match self.0.downcast::<InferenceError>() {
            Ok(error) => *error,
            Err(source) => InferenceError::new(kind, message).with_source(source),
        }
    }
}

/// The failure that a `fallback` replaces.
#[derive(Debug)]
pub struct Failure(InferenceError);

impl Failure {
    pub(crate) fn new(error: InferenceError) -> Self {
        Self(error)
    }

    /// Returns how long the prediction took until it failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The value of a fallback. The macro writes it as a struct literal rather than a call, so that a wrong type is reported
/// at the value alone.
pub struct Fallback<V> {
    /// The value.
    pub value: V,
    /// The failure that it replaces.
    pub failed: Failure,
}

// The value may be any type, and may hold what the user sent.
impl<V> fmt::Debug for Fallback<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fallback")
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
