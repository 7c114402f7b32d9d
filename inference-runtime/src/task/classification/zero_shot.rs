use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Label, check_candidates, check_template};
use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_text,
        read::{Mismatch, ReadResult, each, field, non_empty_answers, number, text},
    },
};

/// `zero-shot-classification`: text → scores of the candidate labels, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/zero-shot-classification).
#[derive(Clone, Copy, Debug)]
pub struct ZeroShotClassification;

/// The parameters of [`ZeroShotClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ZeroShotClassificationParameters {
    /// The candidate classes, at least one. Required.
    pub candidate_labels: Vec<String>,
    /// The hypothesis, in which `{}` is replaced by each class: `"This example is {}."`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hypothesis_template: Option<String>,
    /// Whether several classes can apply: each is scored independently, and the scores do not add up to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_label: Option<bool>,
}

impl Task for ZeroShotClassification {
    const NAME: &'static str = inference_spec::tasks::ZERO_SHOT_CLASSIFICATION;
    type Input = String;
    type Parameters = ZeroShotClassificationParameters;
    type Output = Vec<Label>;

    fn check(_: &String, parameters: &Self::Parameters) -> Result<(), InferenceError> {
        check_candidates(&parameters.candidate_labels, 1)?;
        check_template(parameters.hypothesis_template.as_deref())
    }

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
        Ok(Label::sorted(labels(&answer.json()?)?))
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(ZeroShotClassification);

/// Reads a list of labels, or two parallel lists of names and scores, as older services send them, possibly within a list
/// for the one input.
fn labels(value: &Value) -> ReadResult<Vec<Label>> {
    match value {
        Value::Object(fields) if fields.contains_key("labels") => columns(value),
        Value::Array(items) => match items.as_slice() {
            [one] if one.get("labels").is_some() => columns(one).map_err(|error| error.at(0)),
            _ => non_empty_answers(value, "a list of labels", Label::read),
        },
        _ => non_empty_answers(value, "a list of labels", Label::read),
    }
}

fn columns(value: &Value) -> ReadResult<Vec<Label>> {
    let labels = field(value, "labels", |value| {
        each(value, "a list of strings", text)
    })?;
    let scores = field(value, "scores", |value| {
        each(value, "a list of numbers", number)
    })?;
    if labels.is_empty() || labels.len() != scores.len() {
        return Err(Mismatch::new(format!(
            "expected as many scores as labels, found {} labels and {} scores",
            labels.len(),
            scores.len()
        )));
    }
    Ok(labels
        .into_iter()
        .zip(scores)
        .map(|(label, score)| Label { label, score })
        .collect())
}
