use serde::{Deserialize, Serialize};

use super::{TargetSize, prompt, read::decode_media};
use crate::{
    InferenceError,
    task::{
        DecodeError, Media, MediaInput, Payload, RawResponse, Task,
        accepts::accept_text,
        media::{Class, accept_media, media_input},
    },
};

/// `text-to-video`: a description → a video. This takes minutes: set the operation's `timeout` accordingly.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/text-to-video).
#[derive(Clone, Copy, Debug)]
pub struct TextToVideo;

/// The parameters of [`TextToVideo`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextToVideoParameters {
    /// How closely the video follows the text; high values reduce quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// What the video must not contain, as a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<Vec<String>>,
    /// The number of frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_frames: Option<u32>,
    /// The number of denoising steps: more give better videos and take longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// The random seed: the same seed gives the same video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

impl Task for TextToVideo {
    const NAME: &'static str = inference_spec::tasks::TEXT_TO_VIDEO;
    type Input = String;
    type Parameters = TextToVideoParameters;
    type Output = Media;

    fn key_bytes(input: &String) -> Option<&[u8]> {
        Some(input.as_bytes())
    }

    fn encode(input: &String) -> Result<Payload, InferenceError> {
        prompt(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &String,
        _: &Self::Parameters,
    ) -> Result<Media, DecodeError> {
        decode_media(answer, Class::Video)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

/// `image-to-video`: an image, and an instruction in the parameters → a video. This takes minutes.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/image-to-video).
#[derive(Clone, Copy, Debug)]
pub struct ImageToVideo;

/// The parameters of [`ImageToVideo`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageToVideoParameters {
    /// How closely the video follows the text; high values reduce quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// What the video must not contain: a text, while [`TextToVideo`] takes a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// The number of frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_frames: Option<u32>,
    /// The number of denoising steps: more give better videos and take longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// The instruction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The random seed: the same seed gives the same video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The size of the video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_size: Option<TargetSize>,
}

impl Task for ImageToVideo {
    const NAME: &'static str = inference_spec::tasks::IMAGE_TO_VIDEO;
    type Parameters = ImageToVideoParameters;
    type Output = Media;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Media, DecodeError> {
        decode_media(answer, Class::Video)
    }
}

accept_text!(TextToVideo);
accept_media!(ImageToVideo);
