use inference_runtime::prelude::*;
use serde::Serialize;

/// A prediction as a page shows it: the value and who gave it, or why there is none.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answered<T> {
    /// There is one.
    Yes {
        /// The answer.
        value: T,
        /// Which rung of the ladder gave it.
        source: Source,
        /// The model that gave it; none for a fallback.
        model: Option<String>,
        /// How long the prediction took, in milliseconds.
        elapsed_ms: f64,
    },
    /// There is none.
    No {
        /// Why, in words that are for everybody.
        error: &'static str,
    },
}

impl<T> Answered<T> {
    /// The answer.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Yes { value, .. } => Some(value),
            Self::No { .. } => None,
        }
    }
}

impl<T> From<Prediction<T>> for Answered<T> {
    fn from(prediction: Prediction<T>) -> Self {
        Self::Yes {
            source: prediction.source,
            elapsed_ms: prediction.elapsed.as_secs_f64() * 1_000.0,
            model: prediction.model,
            value: prediction.value,
        }
    }
}

impl<T> From<Result<Prediction<T>, InferenceError>> for Answered<T> {
    fn from(prediction: Result<Prediction<T>, InferenceError>) -> Self {
        match prediction {
            Ok(prediction) => prediction.into(),
            Err(error) => Self::No {
                error: error.kind().public_message(),
            },
        }
    }
}
