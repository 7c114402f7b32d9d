use serde::{Deserialize, Serialize};

use super::Embedding;
use crate::{
    InferenceError,
    task::{DecodeError, Payload, RawResponse, Task, TruncationDirection, accepts::accept_text},
};

/// `feature-extraction`: text → its [`Embedding`].
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/feature-extraction).
#[derive(Clone, Copy, Debug)]
pub struct FeatureExtraction;

/// The parameters of [`FeatureExtraction`].
///
/// They are sent at the root of the body, beside `inputs`, rather than under `parameters`:
/// [`PARAMETERS_AT_ROOT`](Task::PARAMETERS_AT_ROOT).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FeatureExtractionParameters {
    /// The number of dimensions, for models whose vectors can be truncated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    /// Whether to normalize the vector to length 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// The name of the model's prompt that precedes the text (`query`, `passage`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_name: Option<String>,
    /// Whether a text that is too long is truncated rather than rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<bool>,
    /// The side at which it is truncated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation_direction: Option<TruncationDirection>,
}

impl Task for FeatureExtraction {
    const NAME: &'static str = inference_spec::tasks::FEATURE_EXTRACTION;
    const PARAMETERS_AT_ROOT: bool = true;
    type Input = String;
    type Parameters = FeatureExtractionParameters;
    type Output = Embedding;

    fn key_bytes(input: &String) -> Option<&[u8]> {
        Some(input.as_bytes())
    }

    fn encode(input: &String) -> Result<Payload, InferenceError> {
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &String,
        _: &Self::Parameters,
    ) -> Result<Embedding, DecodeError> {
        Ok(Embedding::read(&answer.json()?)?)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(FeatureExtraction);
