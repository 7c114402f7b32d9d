//! The forms that leave failure to the handler.

use std::convert::Infallible;

use futures_util::future::BoxFuture;

use super::Receive;
use crate::{Call, InferenceError, Task};

impl<T: Task, D: Receive<T>> Receive<T> for Option<D> {
    type Value = Infallible;

    fn prepare(call: &mut Call<'_, T>) {
        D::prepare(call);
    }

    async fn receive(call: Call<'_, T>) -> Result<Self, InferenceError> {
        Ok(D::receive(call).await.ok())
    }

    fn from_fallback(value: Infallible) -> Self {
        match value {}
    }
}

impl<T: Task, D: Receive<T>> Receive<T> for Result<D, InferenceError> {
    type Value = Infallible;

    fn prepare(call: &mut Call<'_, T>) {
        D::prepare(call);
    }

    async fn receive(call: Call<'_, T>) -> Result<Self, InferenceError> {
        Ok(D::receive(call).await)
    }

    fn from_fallback(value: Infallible) -> Self {
        match value {}
    }
}

/// A form that leaves failure to the handler, received: it is there whatever happens.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the failure of a prediction",
    label = "the error of a prediction is an `InferenceError`",
    note = "write `Option<…>` or `Result<…, InferenceError>`"
)]
pub trait Receives<T: Task>: Sized {
    /// Makes the call.
    fn begin<'a>(call: Call<'a, T>) -> BoxFuture<'a, Self>
    where
        Self: 'a;
}

impl<T: Task, D: Receive<T>> Receives<T> for Option<D> {
    fn begin<'a>(call: Call<'a, T>) -> BoxFuture<'a, Self>
    where
        Self: 'a,
    {
        Box::pin(async { D::receive(call).await.ok() })
    }
}

impl<T: Task, D: Receive<T>> Receives<T> for Result<D, InferenceError> {
    fn begin<'a>(call: Call<'a, T>) -> BoxFuture<'a, Self>
    where
        Self: 'a,
    {
        Box::pin(D::receive(call))
    }
}
