use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    DecodeError, Media, MediaInput, RawResponse, Task,
    generative::{embedded, raw},
    media::{Class, accept_media, media_input},
    read::{Mismatch, ReadResult, each, field, optional, single},
};

/// `depth-estimation`: an image → its depth map.
///
/// Wire: [specification](https://huggingface.co/tasks/depth-estimation).
#[derive(Clone, Copy, Debug)]
pub struct DepthEstimation;

/// The parameters of [`DepthEstimation`]: it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DepthEstimationParameters {}

/// The depth map of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Depth {
    /// A single-channel image, for most models brighter where objects are nearer.
    pub depth: Media,
    /// The model's raw values, row by row, if the service sends them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted_depth: Option<Vec<Vec<f32>>>,
}

impl Depth {
    fn read(value: &Value) -> ReadResult<Self> {
        if let Value::Array(items) = value
            && let [one] = items.as_slice()
        {
            return Self::read(one).map_err(|mismatch| mismatch.at(0));
        }
        Ok(Self {
            depth: field(value, "depth", |depth| embedded(depth, Class::Image))?,
            predicted_depth: optional(value, "predicted_depth", rows)?,
        })
    }
}

/// Reads rows of numbers, nested in a list for each axis of length one.
fn rows(value: &Value) -> ReadResult<Vec<Vec<f32>>> {
    match value {
        Value::Array(items) => match items.as_slice() {
            [Value::Array(inner)] if inner.iter().any(Value::is_array) => {
                rows(&items[0]).map_err(|mismatch| mismatch.at(0))
            }
            _ => each(value, "rows of numbers", |row| {
                each(row, "a row of numbers", single)
            }),
        },
        other => Err(Mismatch::expected("rows of numbers", other)),
    }
}

impl Task for DepthEstimation {
    const NAME: &'static str = inference_spec::tasks::DEPTH_ESTIMATION;
    type Parameters = DepthEstimationParameters;
    type Output = Depth;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Depth, DecodeError> {
        if let Some(depth) = raw(answer, Class::Image)? {
            return Ok(Depth {
                depth,
                predicted_depth: None,
            });
        }
        Ok(Depth::read(&answer.json()?)?)
    }
}

accept_media!(DepthEstimation);
