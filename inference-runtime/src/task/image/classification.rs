use serde::{Deserialize, Serialize};

use crate::{
    InferenceError,
    task::{
        DecodeError, FunctionToApply, Label, MediaInput, RawResponse, Task,
        classification::{check_candidates, check_template},
        media::{accept_media, media_input},
    },
};

/// `image-classification`: an image → labels, the best first.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/image-classification).
#[derive(Clone, Copy, Debug)]
pub struct ImageClassification;

/// The parameters of [`ImageClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageClassificationParameters {
    /// The function applied to the model's raw scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_to_apply: Option<FunctionToApply>,
    /// The maximum number of labels, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for ImageClassification {
    const NAME: &'static str = inference_spec::tasks::IMAGE_CLASSIFICATION;
    type Parameters = ImageClassificationParameters;
    type Output = Vec<Label>;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<Label>, DecodeError> {
        Label::read_all(answer)
    }
}

/// `zero-shot-image-classification`: an image → scores of the candidate labels, the best first.
#[derive(Clone, Copy, Debug)]
pub struct ZeroShotImageClassification;

/// The parameters of [`ZeroShotImageClassification`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ZeroShotImageClassificationParameters {
    /// The candidate classes, at least two. Required.
    pub candidate_labels: Vec<String>,
    /// The hypothesis, in which `{}` is replaced by each class: `"a photo of {}"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hypothesis_template: Option<String>,
}

impl Task for ZeroShotImageClassification {
    const NAME: &'static str = inference_spec::tasks::ZERO_SHOT_IMAGE_CLASSIFICATION;
    type Parameters = ZeroShotImageClassificationParameters;
    type Output = Vec<Label>;

    media_input!(Image);

    fn check(_: &MediaInput, parameters: &Self::Parameters) -> Result<(), InferenceError> {
        check_candidates(&parameters.candidate_labels, 2)?;
        check_template(parameters.hypothesis_template.as_deref())
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Vec<Label>, DecodeError> {
        Label::read_all(answer)
    }
}

accept_media!(ImageClassification, ZeroShotImageClassification);
