use crate::{Inference, InferenceError, Operation, Task, hook::Failure, telemetry};

impl<T: Task> Operation<T> {
    /// Records that the fallback is used.
    #[doc(hidden)]
    pub fn failed(&'static self, inference: &Inference, error: InferenceError) -> Failure {
        let spec = self.spec();
        inference.record_fallback(spec);
        telemetry::fallback(spec.name(), &error);
        Failure::new(error)
    }
}
