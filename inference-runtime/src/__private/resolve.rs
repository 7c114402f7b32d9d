//! What a hook gives back, whichever of the four ways it was written in: sync or async, plain or `Result`.
//!
//! The macro cannot see what a path returns. The compiler can: the four traits below are in scope where
//! `resolve!` probes a value, and method lookup takes the first that fits, counting references off the receiver.

use std::{error::Error, marker::PhantomData};

use crate::hook::Rejected;

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
        value.await.map_err(|error| Rejected::new(error))
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
        value.map_err(|error| Rejected::new(error))
    }
}

impl PlainValue {
    /// The value, now.
    pub async fn resolve<V>(self, value: V) -> Resolved<V> {
        Ok(value)
    }
}
