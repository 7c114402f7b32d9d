//! Scripted models.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use inference_runtime::{
    Backend, Inference, InferenceError,
    backend::{Request, from_fn},
};
use serde_json::{Value, json};

/// Counts the calls of a model.
#[derive(Clone, Debug, Default)]
pub struct CallCounter(Arc<AtomicUsize>);

impl CallCounter {
    /// Returns the number of calls.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Adds one call.
    pub fn increment(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Returns the response body of a classification with these labels, in this order.
#[must_use]
pub fn labels(labels: &[(&str, f64)]) -> Value {
    let labels: Vec<_> = labels
        .iter()
        .map(|(label, score)| json!({"label": label, "score": score}))
        .collect();
    json!([labels])
}

/// Returns a sentiment model and the counter of its calls. It returns `POSITIVE` for a text that contains "good", and
/// `NEGATIVE` otherwise.
pub fn sentiment() -> (CallCounter, impl Backend) {
    let calls = CallCounter::default();
    let counted = calls.clone();
    let backend = from_fn(move |request: Request| {
        counted.increment();
        async move {
            let good = request
                .inputs()
                .as_str()
                .is_some_and(|text| text.contains("good"));
            let (best, other) = if good {
                ("POSITIVE", "NEGATIVE")
            } else {
                ("NEGATIVE", "POSITIVE")
            };
            Ok(labels(&[(best, 0.9), (other, 0.1)]))
        }
    });
    (calls, backend)
}

/// Returns a model that always fails with this error, and the counter of its calls.
pub fn failing(error: InferenceError) -> (CallCounter, impl Backend) {
    let calls = CallCounter::default();
    let counted = calls.clone();
    let backend = from_fn(move |_: Request| {
        counted.increment();
        let error = error.clone();
        async move { Err::<Value, _>(error) }
    });
    (calls, backend)
}

/// Builds a runtime with one backend, registered as `hf`.
pub fn runtime(backend: impl Backend) -> Inference {
    Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("the runtime should build")
}
