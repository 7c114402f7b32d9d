use crate::{Inference, InferenceError, Operation, Task, hook::Failed, telemetry};

impl<T: Task> Operation<T> {
    /// Records that the fallback has answered.
    #[doc(hidden)]
    pub fn failed(&'static self, inference: &Inference, error: InferenceError) -> Failed {
        let spec = self.spec();
        inference.record_fallback(spec);
        telemetry::fell_back(spec.name(), &error);
        Failed::new(error)
    }
}
