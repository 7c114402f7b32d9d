use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, Media, MediaInput, RawResponse, SegmentationSubtask, Task,
    generative::embedded,
    media::{Class, accept_media, media_input},
    read::{ReadResult, answers, field, number, optional, text},
};

/// `image-segmentation`: an image → its segments, each with a mask.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/image-segmentation).
#[derive(Clone, Copy, Debug)]
pub struct ImageSegmentation;

/// The parameters of [`ImageSegmentation`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageSegmentationParameters {
    /// The minimum probability of a pixel in a mask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask_threshold: Option<f64>,
    /// The minimum uncovered share of a mask for it to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_mask_area_threshold: Option<f64>,
    /// The kind of segments, for models that support several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtask: Option<SegmentationSubtask>,
    /// The minimum score of segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
}

/// A segment of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The label, as the model names it.
    pub label: String,
    /// The score, from 0 to 1. Models for semantic segmentation send none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// A single-channel image of the input's size, white in the segment.
    pub mask: Media,
}

impl Segment {
    fn read(value: &Value) -> ReadResult<Self> {
        Ok(Self {
            label: field(value, "label", text)?,
            score: optional(value, "score", number)?,
            mask: field(value, "mask", |mask| embedded(mask, Class::Image))?,
        })
    }
}

impl Task for ImageSegmentation {
    const NAME: &'static str = inference_spec::tasks::IMAGE_SEGMENTATION;
    type Parameters = ImageSegmentationParameters;
    type Output = Vec<Segment>;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<Segment>, DecodeError> {
        Ok(answers(
            &answer.json()?,
            "a list of segments",
            Segment::read,
        )?)
    }
}

accept_media!(ImageSegmentation);
