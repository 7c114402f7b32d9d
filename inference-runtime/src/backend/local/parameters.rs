use serde::{Deserialize, Serialize};

use crate::{ErrorKind, InferenceError, backend::Response};

/// The parameters of text classification, as far as a model with two labels supports them.
#[derive(Deserialize)]
pub(super) struct Parameters {
    top_k: Option<usize>,
    function_to_apply: Option<String>,
}

#[derive(Serialize)]
struct WireLabel {
    label: &'static str,
    score: f32,
}

impl Parameters {
    /// Parses the parameters from their wire form.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) for raw scores, which the model does not return. Softmax over two
    /// opposite scores and the sigmoid of one are the same.
    pub(super) fn read(json: &str) -> Result<Self, InferenceError> {
        let parameters: Self = serde_json::from_str(json).map_err(|error| {
            InferenceError::new(ErrorKind::Internal, "the parameters cannot be read")
                .with_source(error)
        })?;
        if parameters.function_to_apply.as_deref() == Some("none") {
            return Err(InferenceError::new(
                ErrorKind::Unsupported,
                "the local model does not return raw scores; help: remove `function_to_apply`",
            ));
        }
        Ok(parameters)
    }

    /// Returns the best `top_k` labels; both by default.
    pub(super) fn to_response(
        &self,
        scores: &[(&'static str, f32)],
    ) -> Result<Response, InferenceError> {
        // At least one: an empty list is not a valid answer.
        let count = self.top_k.unwrap_or(scores.len()).max(1);
        let labels: Vec<_> = scores
            .iter()
            .take(count)
            .map(|&(label, score)| WireLabel { label, score })
            .collect();
        let body = serde_json::to_vec(&labels).map_err(|error| {
            InferenceError::new(ErrorKind::Internal, "the response cannot be written")
                .with_source(error)
        })?;
        Ok(Response {
            media_type: Some("application/json".to_owned()),
            ..Response::new(body)
        })
    }
}
