//! Parameters that are one of a few words.

use serde::{Deserialize, Serialize};

use super::parameter::{IntoParameter, parameter};

/// How a model's raw scores are made into the scores of its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionToApply {
    /// Each label for itself.
    Sigmoid,
    /// The scores of all labels add up to 1.
    Softmax,
    /// The raw scores.
    None,
}

/// How [`TokenClassification`](super::TokenClassification) joins tokens into entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregationStrategy {
    /// Not at all: every token is an entity, and its label keeps the prefix (`B-PER`).
    None,
    /// Neighbours with the same label.
    Simple,
    /// As `Simple`, but words stay whole: the label of a word's first token counts.
    First,
    /// As `Simple`, but words stay whole: the best label of the average of a word's tokens counts.
    Average,
    /// As `Simple`, but words stay whole: the best label of any of a word's tokens counts.
    Max,
}

/// What happens to a text that is too long for the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truncation {
    /// Nothing: the service may refuse it.
    DoNotTruncate,
    /// The longest of the texts is cut.
    LongestFirst,
    /// The first of two texts is cut.
    OnlyFirst,
    /// The second of two texts is cut.
    OnlySecond,
}

/// The end at which a text that is too long is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TruncationDirection {
    /// At its start.
    Left,
    /// At its end.
    Right,
}

/// To what length texts are filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// Not at all.
    DoNotPad,
    /// To the longest of them.
    Longest,
    /// To the model's own limit.
    MaxLength,
}

/// What [`ImageSegmentation`](super::ImageSegmentation) tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentationSubtask {
    /// Things, each for itself.
    Instance,
    /// Things, each for itself, and what is around them.
    Panoptic,
    /// Kinds of things: two of a kind are one segment.
    Semantic,
}

parameter!(FunctionToApply: FunctionToApply => |value| value);
parameter!(AggregationStrategy: AggregationStrategy => |value| value);
parameter!(Truncation: Truncation => |value| value);
parameter!(TruncationDirection: TruncationDirection => |value| value);
parameter!(Padding: Padding => |value| value);
parameter!(SegmentationSubtask: SegmentationSubtask => |value| value);
