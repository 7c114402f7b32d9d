use std::{convert::Infallible, time::Duration};

use crate::{
    Call, Inference, InferenceError, Operation, Prediction, Receive, Task, operation::Spec,
    prediction::Origin,
};

/// A failure that the annotation's `fallback` is about to answer.
pub struct Failed<'a> {
    inference: &'a Inference,
    spec: &'static Spec,
    error: InferenceError,
}

impl Failed<'_> {
    /// What happened.
    #[must_use]
    pub fn error(&self) -> &InferenceError {
        &self.error
    }

    /// How long the prediction took until it failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.error.elapsed()
    }

    fn answered(&self) {
        self.inference.record_fallback(self.spec);
        tracing::debug!(operation = self.spec.name(), error.type = self.error.kind().as_str(), "answered by the fallback");
    }
}

/// Marks a failure as one that the fallback answers.
pub fn failed<'a, T: Task>(
    inference: &'a Inference,
    operation: &'static Operation<T>,
    error: InferenceError,
) -> Failed<'a> {
    Failed {
        inference,
        spec: operation.spec(),
        error,
    }
}

/// Delivers the value of the fallback.
pub fn fallback<D: Receive<T>, T: Task>(failed: Failed<'_>, value: D::Value) -> D {
    failed.answered();
    D::from_fallback_after(value, &failed)
}

/// The value of the fallback where `postprocess` made the value.
pub fn fallen<V>(failed: Failed<'_>, value: V) -> Prediction<V> {
    failed.answered();
    Prediction::new(value, Origin::fallback(failed.elapsed()))
}

/// Receives a form that holds its failure itself.
pub async fn handled<D, T>(call: Call<'_, T>) -> Result<D, InferenceError>
where
    T: Task,
    D: Receive<T, Value = Infallible>,
{
    D::receive(call).await
}
