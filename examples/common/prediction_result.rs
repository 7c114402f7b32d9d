use inference_runtime::prelude::*;
use serde::Serialize;

/// The result of a prediction as a page shows it: the value and its source, or an error.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PredictionResult<T> {
    /// The prediction succeeded.
    Success {
        /// The value.
        value: T,
        /// The source of the value.
        source: Source,
        /// The model of the value; `None` for a fallback.
        model: Option<String>,
        /// How long the prediction took, in milliseconds.
        elapsed_ms: f64,
    },
    /// The prediction failed.
    Failure {
        /// The public message of the error.
        error: &'static str,
    },
}

impl<T> PredictionResult<T> {
    /// Returns the value, if the prediction succeeded.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Success { value, .. } => Some(value),
            Self::Failure { .. } => None,
        }
    }
}

impl<T> From<Prediction<T>> for PredictionResult<T> {
    fn from(prediction: Prediction<T>) -> Self {
        Self::Success {
            source: prediction.source,
            elapsed_ms: prediction.elapsed.as_secs_f64() * 1_000.0,
            model: prediction.model,
            value: prediction.value,
        }
    }
}

impl<T> From<Result<Prediction<T>, InferenceError>> for PredictionResult<T> {
    fn from(prediction: Result<Prediction<T>, InferenceError>) -> Self {
        match prediction {
            Ok(prediction) => prediction.into(),
            Err(error) => Self::Failure {
                error: error.kind().public_message(),
            },
        }
    }
}
