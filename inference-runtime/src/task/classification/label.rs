use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, RawResponse, quick,
    read::{Read, field, number, some_answers, text},
};

/// A class and how sure the model is of it.
///
/// The short form of a classification: as the type of a `#[prediction]` parameter it is the best of the labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The class, in the model's own words (`POSITIVE`, `LABEL_1`, `5 stars`).
    pub label: String,
    /// The score: a probability, from 0 to 1, for most models.
    pub score: f64,
}

impl Label {
    /// A label with its score.
    #[must_use]
    pub fn new(label: impl Into<String>, score: f64) -> Self {
        Self {
            label: label.into(),
            score,
        }
    }

    /// The label with the highest score.
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

    pub(in crate::task) fn read(value: &Value) -> Read<Self> {
        Ok(Self {
            label: field(value, "label", text)?,
            score: field(value, "score", number)?,
        })
    }

    /// The best first, as not every service sends them.
    pub(in crate::task) fn sorted(mut labels: Vec<Self>) -> Vec<Self> {
        labels.sort_by(|a, b| b.score.total_cmp(&a.score));
        labels
    }

    /// The labels of an answer, the best first.
    pub(in crate::task) fn read_all(answer: &RawResponse<'_>) -> Result<Vec<Self>, DecodeError> {
        let labels = match quick::answers(answer.body) {
            Some(labels) => labels,
            // In a rarer shape, or in none: what is wrong with it is found out there.
            None => some_answers(&answer.json()?, "a list of labels", Self::read)?,
        };
        Ok(Self::sorted(labels))
    }
}
