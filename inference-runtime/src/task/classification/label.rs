use serde::{Deserialize, Serialize};

use crate::task::{
    Unusable,
    parameter::{IntoParameter, parameter},
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
    pub(crate) fn best(labels: Vec<Self>) -> Option<Self> {
        labels.into_iter().reduce(|best, label| {
            if label.score > best.score {
                label
            } else {
                best
            }
        })
    }

    /// Labels as a service sent them, checked and put in order: the best first.
    pub(super) fn sorted(mut labels: Vec<Self>) -> Result<Vec<Self>, Unusable> {
        if labels.is_empty() {
            return Err(Unusable::unexpected("an answer without a label"));
        }
        labels.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(labels)
    }
}

/// How a model's raw scores are made into the scores of its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FunctionToApply {
    /// Each label for itself.
    Sigmoid,
    /// The scores of all labels add up to 1.
    Softmax,
    /// The raw scores.
    None,
}

parameter!(FunctionToApply: FunctionToApply => |value| value);
