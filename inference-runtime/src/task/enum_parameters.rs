//! Parameters that are enums.

use serde::{Deserialize, Serialize};

use super::parameter::{IntoParameter, parameter};

/// The function that turns a model's raw scores into the scores of its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionToApply {
    /// Each label independently.
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
    /// Tokens are not joined: every token is an entity, and its label keeps the prefix (`B-PER`).
    None,
    /// Adjacent tokens with the same label.
    Simple,
    /// Like `Simple`, without splitting words: the label of a word's first token counts.
    First,
    /// Like `Simple`, without splitting words: the best label of the average over a word's tokens counts.
    Average,
    /// Like `Simple`, without splitting words: the best label of any of a word's tokens counts.
    Max,
}

/// The truncation of texts that are too long for the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truncation {
    /// No truncation: the service may reject the text.
    DoNotTruncate,
    /// Truncates the longest of the texts.
    LongestFirst,
    /// Truncates the first of two texts.
    OnlyFirst,
    /// Truncates the second of two texts.
    OnlySecond,
}

/// The side at which a text that is too long is truncated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TruncationDirection {
    /// At the start.
    Left,
    /// At the end.
    Right,
}

/// The length to which texts are padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// No padding.
    DoNotPad,
    /// To the longest text.
    Longest,
    /// To the model's own limit.
    MaxLength,
}

/// The kind of segments that [`ImageSegmentation`](super::ImageSegmentation) distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentationSubtask {
    /// Individual objects.
    Instance,
    /// Individual objects and their surroundings.
    Panoptic,
    /// Classes of objects: two objects of a class are one segment.
    Semantic,
}

parameter!(FunctionToApply: FunctionToApply => |value| value);
parameter!(AggregationStrategy: AggregationStrategy => |value| value);
parameter!(Truncation: Truncation => |value| value);
parameter!(TruncationDirection: TruncationDirection => |value| value);
parameter!(Padding: Padding => |value| value);
parameter!(SegmentationSubtask: SegmentationSubtask => |value| value);
