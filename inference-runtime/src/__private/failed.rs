use std::time::Duration;

use crate::{
    Inference, InferenceError, Operation, Prediction, Receive, Task, operation::Spec,
    prediction::Origin, receive::Deliver,
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

/// Delivers the value of the fallback where `postprocess` would have made the value.
pub fn fallen<D: Deliver<V>, V>(failed: Failed<'_>, value: V) -> D {
    failed.answered();
    D::hand_over(Prediction::new(value, Origin::fallback(failed.elapsed())))
}
