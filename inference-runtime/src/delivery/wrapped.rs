use std::{future::ready, sync::OnceLock};

use futures_util::{FutureExt, TryFutureExt, future::Either};
use tokio::time::Instant;

use super::Receive;
use crate::{
    Call, InferenceError, Prediction, Task, answer::Origin, call::Delivery, hook::Fallback,
};

impl<T: Task, D: Receive<T>> Receive<T> for Prediction<D> {
    type Value = D::Value;

    fn prepare(call: &mut Call<'_, T>) {
        D::prepare(call);
    }

    async fn receive(mut call: Call<'_, T>) -> Result<Self, InferenceError> {
        let started = call.started;
        let origin = call.origin_slot();
        let value = D::receive(call).await?;
        Ok(Self::new(value, recorded_origin(&origin, started)))
    }

    fn begin<'a>(mut call: Call<'a, T>) -> Delivery<'a, Result<Self, InferenceError>>
    where
        Self: 'a,
    {
        let started = call.started;
        let origin = call.origin_slot();
        let with_origin = move |value| Self::new(value, recorded_origin(&origin, started));
        match D::begin(call) {
            Either::Left(value) => Either::Left(ready(value.into_inner().map(with_origin))),
            Either::Right(pending) => Either::Right(pending.map_ok(with_origin).boxed()),
        }
    }

    fn from_fallback(value: D::Value) -> Self {
        Self::new(
            D::from_fallback(value),
            Origin::fallback(std::time::Duration::ZERO),
        )
    }

    fn answer(fallback: Fallback<D::Value>) -> Self {
        let elapsed = fallback.failed.elapsed();
        Self::new(D::answer(fallback), Origin::fallback(elapsed))
    }
}

/// Returns the origin that a call has recorded. A user's own delivery that makes no call counts as a fallback.
fn recorded_origin(origin: &OnceLock<Origin>, started: Instant) -> Origin {
    let no_call = || Origin::fallback(started.elapsed());
    origin.get().cloned().unwrap_or_else(no_call)
}
