//! Deliveries that pass the failure to the handler: `Option` and `Result`.

use std::convert::Infallible;

use futures_util::{FutureExt, future::Either};

use super::Receive;
use crate::{Call, InferenceError, Task, call::Delivery};

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

/// A delivery that passes the failure to the handler, so that receiving it cannot fail.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the failure of a prediction",
    label = "the error of a prediction is an `InferenceError`",
    note = "use `Option<…>` or `Result<…, InferenceError>`"
)]
pub trait Receives<T: Task>: Sized {
    /// Makes the call.
    fn begin<'a>(call: Call<'a, T>) -> Delivery<'a, Self>
    where
        Self: 'a;
}

impl<T: Task, D: Receive<T>> Receives<T> for Option<D> {
    fn begin<'a>(call: Call<'a, T>) -> Delivery<'a, Self>
    where
        Self: 'a,
    {
        match D::begin(call) {
            Either::Left(ready) => Either::Left(std::future::ready(ready.into_inner().ok())),
            Either::Right(pending) => Either::Right(pending.map(Result::ok).boxed()),
        }
    }
}

impl<T: Task, D: Receive<T>> Receives<T> for Result<D, InferenceError> {
    fn begin<'a>(call: Call<'a, T>) -> Delivery<'a, Self>
    where
        Self: 'a,
    {
        D::begin(call)
    }
}
