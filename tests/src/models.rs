//! Models that tests play themselves.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use inference_runtime::{
    Backend, Inference, InferenceError,
    backend::{Request, from_fn},
};
use serde_json::{Value, json};

/// Counts calls.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<AtomicUsize>);

impl Calls {
    /// How many there were.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// One more.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A classification as the service sends it: these labels, in this order.
#[must_use]
pub fn labels(labels: &[(&str, f64)]) -> Value {
    let labels: Vec<_> = labels
        .iter()
        .map(|(label, score)| json!({"label": label, "score": score}))
        .collect();
    json!([labels])
}

/// A model of sentiment: `POSITIVE` for what is good, `NEGATIVE` else; and how often it was asked.
pub fn sentiment() -> (Calls, impl Backend) {
    let calls = Calls::default();
    let counted = calls.clone();
    let backend = from_fn(move |request: Request| {
        counted.add();
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

/// A model that always fails like this, and how often it was asked.
pub fn failing(error: InferenceError) -> (Calls, impl Backend) {
    let calls = Calls::default();
    let counted = calls.clone();
    let backend = from_fn(move |_: Request| {
        counted.add();
        let error = error.clone();
        async move { Err::<Value, _>(error) }
    });
    (calls, backend)
}

/// A runtime with one backend in Hugging Face's place.
pub fn runtime(backend: impl Backend) -> Inference {
    Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("a runtime")
}
