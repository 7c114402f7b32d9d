use serde::{Deserialize, Serialize};

use crate::{ErrorKind, InferenceError, backend::Response};

/// What the parameters of text classification ask of a model with two labels.
#[derive(Deserialize)]
pub(super) struct Parameters {
    top_k: Option<usize>,
    function_to_apply: Option<String>,
}

#[derive(Serialize)]
struct Wire {
    label: &'static str,
    score: f32,
}

impl Parameters {
    /// Reads the parameters as they would go over the wire.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) for raw scores, which the model does not give. Softmax over two
    /// opposite scores and sigmoid of one are the same.
    pub(super) fn read(json: &str) -> Result<Self, InferenceError> {
        let parameters: Self = serde_json::from_str(json).map_err(|error| {
            InferenceError::new(ErrorKind::Internal, "the parameters cannot be read")
                .with_source(error)
        })?;
        if parameters.function_to_apply.as_deref() == Some("none") {
            return Err(InferenceError::new(
                ErrorKind::Unsupported,
                "the local model gives no raw scores; help: leave `function_to_apply` out",
            ));
        }
        Ok(parameters)
    }

    /// The best labels, as many as were asked for; both where nobody says.
    pub(super) fn answer(
        &self,
        scores: &[(&'static str, f32)],
    ) -> Result<Response, InferenceError> {
        // None at all would be no answer.
        let count = self.top_k.unwrap_or(scores.len()).max(1);
        let labels: Vec<_> = scores
            .iter()
            .take(count)
            .map(|&(label, score)| Wire { label, score })
            .collect();
        let body = serde_json::to_vec(&labels).map_err(|error| {
            InferenceError::new(ErrorKind::Internal, "the answer cannot be written")
                .with_source(error)
        })?;
        Ok(Response {
            media_type: Some("application/json".to_owned()),
            ..Response::new(body)
        })
    }
}
