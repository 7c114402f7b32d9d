//! The task that labels parts of a text.

mod entity;
#[cfg(test)]
mod tests;

pub use entity::Entity;

use serde::{Deserialize, Serialize};

use super::{
    AggregationStrategy, DecodeError, Payload, RawResponse, Task, accepts::accept_text,
    read::answers,
};
use crate::InferenceError;

/// `token-classification`: text → the names, places and other things in it, in their order.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/token-classification).
#[derive(Clone, Copy, Debug)]
pub struct TokenClassification;

/// The parameters of [`TokenClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenClassificationParameters {
    /// How tokens are joined into entities. Hugging Face's own default is `Simple`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregation_strategy: Option<AggregationStrategy>,
    /// Labels to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_labels: Option<Vec<String>>,
    /// By how many tokens the parts of a long text overlap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stride: Option<u32>,
}

impl Task for TokenClassification {
    const NAME: &'static str = "token-classification";
    type Input = String;
    type Parameters = TokenClassificationParameters;
    type Output = Vec<Entity>;

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
    ) -> Result<Vec<Entity>, DecodeError> {
        // None at all is an answer: a text need not name anything.
        Ok(answers(
            &answer.json()?,
            "a list of entities",
            Entity::read,
        )?)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(TokenClassification);
