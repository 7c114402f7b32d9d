//! Tasks on videos.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{
    DecodeError, FunctionToApply, Label, MediaInput, RawResponse, Task,
    media::{accept_media, media_input},
};

/// `video-classification`: a video → labels, the best first.
///
/// Wire: [specification](https://huggingface.co/tasks/video-classification).
#[derive(Clone, Copy, Debug)]
pub struct VideoClassification;

/// The parameters of [`VideoClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct VideoClassificationParameters {
    /// The sampling interval, in frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_sampling_rate: Option<u32>,
    /// The function applied to the model's raw scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_to_apply: Option<FunctionToApply>,
    /// The number of frames that are sampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_frames: Option<u32>,
    /// The maximum number of labels, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for VideoClassification {
    const NAME: &'static str = inference_spec::tasks::VIDEO_CLASSIFICATION;
    type Parameters = VideoClassificationParameters;
    type Output = Vec<Label>;

    media_input!(Video);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<Label>, DecodeError> {
        Label::read_all(answer)
    }
}

accept_media!(VideoClassification);
