//! Token classification.

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

/// `token-classification`: text → the entities in it (names, places and others), in order.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/token-classification).
#[derive(Clone, Copy, Debug)]
pub struct TokenClassification;

/// The parameters of [`TokenClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenClassificationParameters {
    /// How tokens are joined into entities. Hugging Face's default is `Simple`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregation_strategy: Option<AggregationStrategy>,
    /// Labels to ignore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_labels: Option<Vec<String>>,
    /// The overlap of the chunks of a long text, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stride: Option<u32>,
}

impl Task for TokenClassification {
    const NAME: &'static str = inference_spec::tasks::TOKEN_CLASSIFICATION;
    type Input = String;
    type Parameters = TokenClassificationParameters;
    type Output = Vec<Entity>;

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
    ) -> Result<Vec<Entity>, DecodeError> {
        // An empty list is valid: a text may have no entities.
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
