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
    /// How the model's raw scores are made into scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_to_apply: Option<FunctionToApply>,
    /// How many labels to give, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for TextClassification {
    const NAME: &'static str = "text-classification";
    type Input = String;
    type Parameters = TextClassificationParameters;
    type Output = Vec<Label>;

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
    ) -> Result<Vec<Label>, DecodeError> {
        // The specification says a flat list, the service has always sent a list in a list.
        Label::read_all(answer)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(TextClassification);
