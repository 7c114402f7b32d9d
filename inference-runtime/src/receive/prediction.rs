use super::Receive;
use crate::{__private::Fallback, Call, InferenceError, Prediction, Task, prediction::Origin};

impl<T: Task, D: Receive<T>> Receive<T> for Prediction<D> {
    type Value = D::Value;

    fn prepare(call: &mut Call<'_, T>) {
        D::prepare(call);
    }

    async fn receive(mut call: Call<'_, T>) -> Result<Self, InferenceError> {
        let started = call.started;
        let origin = call.watch_origin();
        let value = D::receive(call).await?;
        // A delivery of one's own that asks nobody answers by itself.
        let origin = origin
            .get()
            .cloned()
            .unwrap_or_else(|| Origin::fallback(started.elapsed()));
        Ok(Self::new(value, origin))
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
