//! Resolves the value that a hook returns: sync or async, plain or `Result`.
//!
//! The macro cannot see the return type of a path, but the compiler can: the four traits below are in scope where
//! `resolve!` probes a value, and method lookup selects the first that applies, removing one reference after another from
//! the receiver (autoref specialization).

use std::{error::Error, marker::PhantomData};

use crate::hook::HookError;

/// The type of a value.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// Captures the type of a value.
    pub fn new(_: &T) -> Self {
        Self(PhantomData)
    }
}

/// Resolves a future of a `Result`.
#[derive(Debug)]
pub struct FallibleFuture;
/// Resolves a future.
#[derive(Debug)]
pub struct PlainFuture;
/// Resolves a `Result`.
#[derive(Debug)]
pub struct PlainResult;
/// Resolves any other value.
#[derive(Debug)]
pub struct PlainValue;

/// Selected first.
pub trait ViaFallibleFuture {
    /// Returns the resolver.
    fn resolver(&self) -> FallibleFuture {
        FallibleFuture
    }
}
impl<F, V, E> ViaFallibleFuture for &&&Probe<F>
where
    F: Future<Output = Result<V, E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
}

/// Selected second.
pub trait ViaFuture {
    /// Returns the resolver.
    fn resolver(&self) -> PlainFuture {
        PlainFuture
    }
}
impl<F: Future> ViaFuture for &&Probe<F> {}

/// Selected third.
pub trait ViaResult {
    /// Returns the resolver.
    fn resolver(&self) -> PlainResult {
        PlainResult
    }
}
impl<V, E: Into<Box<dyn Error + Send + Sync>>> ViaResult for &Probe<Result<V, E>> {}

/// Selected last.
pub trait ViaValue {
    /// Returns the resolver.
    fn resolver(&self) -> PlainValue {
        PlainValue
    }
}
impl<V> ViaValue for Probe<V> {}

type Resolved<V> = Result<V, HookError>;

impl FallibleFuture {
    /// Awaits the value.
    pub async fn resolve<F, V, E>(self, value: F) -> Resolved<V>
    where
        F: Future<Output = Result<V, E>>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        value.await.map_err(|error| HookError::new(error))
    }
}

impl PlainFuture {
    /// Awaits the value.
    pub async fn resolve<F: Future>(self, value: F) -> Resolved<F::Output> {
        Ok(value.await)
    }
}

impl PlainResult {
    /// Returns the value.
    pub async fn resolve<V, E>(self, value: Result<V, E>) -> Resolved<V>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        value.map_err(|error| HookError::new(error))
    }
}

impl PlainValue {
    /// Returns the value.
    pub async fn resolve<V>(self, value: V) -> Resolved<V> {
        Ok(value)
    }
}
