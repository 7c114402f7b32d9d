use serde::{Deserialize, Serialize};

use crate::task::{
    DecodeError, FunctionToApply, Label, MediaInput, RawResponse, Task,
    media::{accept_media, media_input},
};

/// `audio-classification`: a sound → labels, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/audio-classification).
#[derive(Clone, Copy, Debug)]
pub struct AudioClassification;

/// The parameters of [`AudioClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AudioClassificationParameters {
    /// The function applied to the model's raw scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_to_apply: Option<FunctionToApply>,
    /// The maximum number of labels, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for AudioClassification {
    const NAME: &'static str = inference_spec::tasks::AUDIO_CLASSIFICATION;
    type Parameters = AudioClassificationParameters;
    type Output = Vec<Label>;

    media_input!(Audio);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<Label>, DecodeError> {
        Label::read_all(answer)
    }
}

accept_media!(AudioClassification);
