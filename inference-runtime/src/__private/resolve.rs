//! What a hook gives back, whichever of the four ways it was written in: sync or async, plain or `Result`.
//!
//! The macro cannot see what a path returns. The compiler can: the four traits below are in scope where
//! `resolve!` probes a value, and method lookup takes the first that fits, counting references off the receiver.

use std::{error::Error, fmt, marker::PhantomData};

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

/// A value by its type alone.
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// Looks at a value without touching it.
    pub fn of(_: &T) -> Self {
        Self(PhantomData)
    }
}

/// A future of a `Result`.
pub struct FallibleFuture;
/// A future.
pub struct PlainFuture;
/// A `Result`.
pub struct PlainResult;
/// A value.
pub struct PlainValue;

/// First choice.
pub trait ViaFallibleFuture {
    /// Says how.
    fn way(&self) -> FallibleFuture {
        FallibleFuture
    }
}
impl<F, V, E> ViaFallibleFuture for &&&Probe<F>
where
    F: Future<Output = Result<V, E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
}

/// Second choice.
pub trait ViaFuture {
    /// Says how.
    fn way(&self) -> PlainFuture {
        PlainFuture
    }
}
impl<F: Future> ViaFuture for &&Probe<F> {}

/// Third choice.
pub trait ViaResult {
    /// Says how.
    fn way(&self) -> PlainResult {
        PlainResult
    }
}
impl<V, E: Into<Box<dyn Error + Send + Sync>>> ViaResult for &Probe<Result<V, E>> {}

/// Last choice.
pub trait ViaValue {
    /// Says how.
    fn way(&self) -> PlainValue {
        PlainValue
    }
}
impl<V> ViaValue for Probe<V> {}

type Resolved<V> = Result<V, Rejected>;

impl FallibleFuture {
    /// The value, in time.
    pub async fn resolve<F, V, E>(self, value: F) -> Resolved<V>
    where
        F: Future<Output = Result<V, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        value.await.map_err(|error| Rejected(error.into()))
    }
}

impl PlainFuture {
    /// The value, in time.
    pub async fn resolve<F: Future>(self, value: F) -> Resolved<F::Output> {
        Ok(value.await)
    }
}

impl PlainResult {
    /// The value, now.
    pub async fn resolve<V, E>(self, value: Result<V, E>) -> Resolved<V>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        value.map_err(|error| Rejected(error.into()))
    }
}

impl PlainValue {
    /// The value, now.
    pub async fn resolve<V>(self, value: V) -> Resolved<V> {
        Ok(value)
    }
}
