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
/// On the wire they stand at the root of the body, beside `inputs`, and not under `parameters`:
/// [`PARAMETERS_AT_ROOT`](Task::PARAMETERS_AT_ROOT).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FeatureExtractionParameters {
    /// How many numbers the vector is to have, for models that can be cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    /// Whether the vector gets the length 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// Which of the model's prompts is put before the text (`query`, `passage`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_name: Option<String>,
    /// Whether a text that is too long is cut, and not refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<bool>,
    /// The end at which it is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation_direction: Option<TruncationDirection>,
}

impl Task for FeatureExtraction {
    const NAME: &'static str = "feature-extraction";
    const PARAMETERS_AT_ROOT: bool = true;
    type Input = String;
    type Parameters = FeatureExtractionParameters;
    type Output = Embedding;

    fn bytes(input: &String) -> Option<&[u8]> {
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
