use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, RawResponse, fast_path,
    read::{ReadResult, field, non_empty_answers, number, text},
};

/// A class with its score.
///
/// The short form of a classification: as the type of a `#[prediction]` parameter it is the best label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The class, as the model names it (`POSITIVE`, `LABEL_1`, `5 stars`).
    pub label: String,
    /// The score: a probability, from 0 to 1, for most models.
    pub score: f64,
}

impl Label {
    /// Creates a label.
    #[must_use]
    pub fn new(label: impl Into<String>, score: f64) -> Self {
        Self {
            label: label.into(),
            score,
        }
    }

    /// Returns the label with the highest score.
    pub(crate) fn best(labels: &[Self]) -> Option<Self> {
        let best = labels.iter().reduce(|best, label| {
            if label.score > best.score {
                label
            } else {
                best
            }
        });
        best.cloned()
    }

    pub(in crate::task) fn read(value: &Value) -> ReadResult<Self> {
        Ok(Self {
            label: field(value, "label", text)?,
            score: field(value, "score", number)?,
        })
    }

    /// Sorts the labels, the best first, since not every service does.
    pub(in crate::task) fn sorted(mut labels: Vec<Self>) -> Vec<Self> {
        labels.sort_by(|a, b| b.score.total_cmp(&a.score));
        labels
    }

    /// Reads the labels of a response, the best first.
    pub(in crate::task) fn read_all(answer: &RawResponse<'_>) -> Result<Vec<Self>, DecodeError> {
        let labels = match fast_path::answers(answer.body) {
            Some(labels) => labels,
            // A less common form, or an invalid one, which is reported here.
            None => non_empty_answers(&answer.json()?, "a list of labels", Self::read)?,
        };
        Ok(Self::sorted(labels))
    }
}
