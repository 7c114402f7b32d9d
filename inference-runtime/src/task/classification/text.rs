use serde::{Deserialize, Serialize};

use super::{FunctionToApply, Label};
use crate::{
    InferenceError,
    task::{Answer, Payload, Task, Unusable, accepts::accept_text},
};

/// `text-classification`: text → labels, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/text-classification).
#[derive(Clone, Copy, Debug)]
pub struct TextClassification;

/// The parameters of [`TextClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TextClassificationParameters {
    /// How the model's raw scores are made into scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_to_apply: Option<FunctionToApply>,
    /// How many labels to give, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

/// The specification says a flat list, the service has always sent a list in a list: one for each input.
#[derive(Deserialize)]
#[serde(untagged)]
enum Wire {
    Nested([Vec<Label>; 1]),
    Flat(Vec<Label>),
}

impl Task for TextClassification {
    const NAME: &'static str = "text-classification";
    type Input = String;
    type Parameters = TextClassificationParameters;
    type Output = Vec<Label>;

    fn encode(input: &String) -> Result<Payload, InferenceError> {
        Payload::json(input)
    }

    fn decode(
        answer: &Answer<'_>,
        _: &String,
        _: &Self::Parameters,
    ) -> Result<Vec<Label>, Unusable> {
        Label::sorted(match answer.json()? {
            Wire::Nested([labels]) | Wire::Flat(labels) => labels,
        })
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(TextClassification);
