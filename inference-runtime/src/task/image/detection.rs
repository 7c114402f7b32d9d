use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, MediaInput, RawResponse, Task,
        classification::check_candidates,
        media::{accept_media, media_input},
        read::{Mismatch, ReadResult, answers, field, number, text},
    },
};

/// `object-detection`: an image → the objects in it and their positions, possibly none.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/object-detection).
#[derive(Clone, Copy, Debug)]
pub struct ObjectDetection;

/// The parameters of [`ObjectDetection`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ObjectDetectionParameters {
    /// The minimum score of detections, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
}

/// `zero-shot-object-detection`: an image → those of the candidate objects that are in it, and their positions.
#[derive(Clone, Copy, Debug)]
pub struct ZeroShotObjectDetection;

/// The parameters of [`ZeroShotObjectDetection`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ZeroShotObjectDetectionParameters {
    /// The candidate objects, at least one. Required.
    pub candidate_labels: Vec<String>,
}

/// An object in an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// The label, as the model names it.
    pub label: String,
    /// The score, from 0 to 1.
    pub score: f64,
    /// The position.
    pub r#box: BoundingBox,
}

/// A rectangle in an image, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundingBox {
    /// The left edge.
    pub xmin: i32,
    /// The upper edge.
    pub ymin: i32,
    /// The right edge.
    pub xmax: i32,
    /// The lower edge.
    pub ymax: i32,
}

impl BoundingBox {
    fn read(value: &Value) -> ReadResult<Self> {
        Ok(Self {
            xmin: field(value, "xmin", pixel)?,
            ymin: field(value, "ymin", pixel)?,
            xmax: field(value, "xmax", pixel)?,
            ymax: field(value, "ymax", pixel)?,
        })
    }
}

/// Reads a position in pixels. It may lie outside the image, and some models send fractions.
fn pixel(value: &Value) -> ReadResult<i32> {
    let rounded = number(value)?.round();
    if rounded.abs() > f64::from(i32::MAX) {
        return Err(Mismatch::new("a position out of range"));
    }
    Ok(rounded as i32)
}

impl Detection {
    fn read(value: &Value) -> ReadResult<Self> {
        Ok(Self {
            label: field(value, "label", text)?,
            score: field(value, "score", number)?,
            r#box: field(value, "box", BoundingBox::read)?,
        })
    }

    fn read_all(answer: &RawResponse<'_>) -> Result<Vec<Self>, DecodeError> {
        Ok(answers(
            &answer.json()?,
            "a list of detections",
            Self::read,
        )?)
    }
}

impl Task for ObjectDetection {
    const NAME: &'static str = inference_spec::tasks::OBJECT_DETECTION;
    type Parameters = ObjectDetectionParameters;
    type Output = Vec<Detection>;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<Detection>, DecodeError> {
        Detection::read_all(answer)
    }
}

impl Task for ZeroShotObjectDetection {
    const NAME: &'static str = inference_spec::tasks::ZERO_SHOT_OBJECT_DETECTION;
    type Parameters = ZeroShotObjectDetectionParameters;
    type Output = Vec<Detection>;

    media_input!(Image);

    fn check(_: &MediaInput, parameters: &Self::Parameters) -> Result<(), InferenceError> {
        check_candidates(&parameters.candidate_labels, 1)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<Detection>, DecodeError> {
        Detection::read_all(answer)
    }
}

accept_media!(ObjectDetection, ZeroShotObjectDetection);
