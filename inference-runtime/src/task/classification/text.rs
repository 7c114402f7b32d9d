use serde::{Deserialize, Serialize};

use super::Label;
use crate::{
    InferenceError,
    task::{DecodeError, FunctionToApply, Payload, RawResponse, Task, accepts::accept_text},
};

/// `text-classification`: text → labels, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/text-classification).
#[derive(Clone, Copy, Debug)]
pub struct TextClassification;

/// The parameters of [`TextClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextClassificationParameters {
    /// The function applied to the model's raw scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_to_apply: Option<FunctionToApply>,
    /// The maximum number of labels, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for TextClassification {
    const NAME: &'static str = inference_spec::tasks::TEXT_CLASSIFICATION;
    type Input = String;
    type Parameters = TextClassificationParameters;
    type Output = Vec<Label>;

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
    ) -> Result<Vec<Label>, DecodeError> {
        // The specification has a flat list, but the service has always sent a list within a list.
        Label::read_all(answer)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(TextClassification);
