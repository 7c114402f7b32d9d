use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, Media, MediaInput, RawResponse, SegmentationSubtask, Task,
    generative::embedded,
    media::{Class, accept_media, media_input},
    read::{Read, answers, field, number, optional, text},
};

/// `image-segmentation`: an image → its parts, each with a mask.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/image-segmentation).
#[derive(Clone, Copy, Debug)]
pub struct ImageSegmentation;

/// The parameters of [`ImageSegmentation`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageSegmentationParameters {
    /// From what probability on a pixel is part of a mask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask_threshold: Option<f64>,
    /// How much of a mask must not be covered by others for it to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_mask_area_threshold: Option<f64>,
    /// What is told apart, for models that can do several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtask: Option<SegmentationSubtask>,
    /// The score below which nothing is said of a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
}

/// A part of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// What it is, in the model's own words.
    pub label: String,
    /// How sure the model is, from 0 to 1. Models that give every pixel to one kind do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// An image of one channel and of the size of the input, white where the part is.
    pub mask: Media,
}

impl Segment {
    fn read(value: &Value) -> Read<Self> {
        Ok(Self {
            label: field(value, "label", text)?,
            score: optional(value, "score", number)?,
            mask: field(value, "mask", |mask| embedded(mask, Class::Image))?,
        })
    }
}

impl Task for ImageSegmentation {
    const NAME: &'static str = "image-segmentation";
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
