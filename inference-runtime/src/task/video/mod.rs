//! Tasks that watch.

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
    /// Of how many pictures one is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_sampling_rate: Option<u32>,
    /// How the model's raw scores are made into scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_to_apply: Option<FunctionToApply>,
    /// How many pictures are looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_frames: Option<u32>,
    /// How many labels to give, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for VideoClassification {
    const NAME: &'static str = "video-classification";
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
