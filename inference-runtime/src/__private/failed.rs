use std::time::Duration;

use crate::{Inference, InferenceError, Operation, Task, telemetry};

/// A failure that the annotation's `fallback` has answered.
pub struct Failed(InferenceError);

impl Failed {
    /// How long the prediction took until it failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// What the fallback gave. A struct literal, not a call: a value of another type is then an error at the value
/// alone.
pub struct Fallback<V> {
    /// The value, in the answer's place.
    pub value: V,
    /// What it stands in for.
    pub failed: Failed,
}

impl<T: Task> Operation<T> {
    /// Records that the fallback has answered.
    #[doc(hidden)]
    pub fn failed(&'static self, inference: &Inference, error: InferenceError) -> Failed {
        let spec = self.spec();
        inference.record_fallback(spec);
        telemetry::fell_back(spec.name(), &error);
        Failed(error)
    }
}
