use serde::{Deserialize, Serialize};

use super::{TargetSize, prompt, read::made};
use crate::{
    InferenceError,
    task::{
        DecodeError, Media, MediaInput, Payload, RawResponse, Task,
        accepts::accept_text,
        media::{Class, accept_media, media_input},
    },
};

/// `text-to-video`: a description → a video. It takes minutes: give the operation a `timeout` to match.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/text-to-video).
#[derive(Clone, Copy, Debug)]
pub struct TextToVideo;

/// The parameters of [`TextToVideo`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextToVideoParameters {
    /// How closely the video follows the text; high values cost quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// What is not to be in the video, each for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<Vec<String>>,
    /// How many pictures the video has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_frames: Option<u32>,
    /// How often the video is refined: more is better and takes longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// Starts the random numbers: the same seed makes the same video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

impl Task for TextToVideo {
    const NAME: &'static str = "text-to-video";
    type Input = String;
    type Parameters = TextToVideoParameters;
    type Output = Media;

    fn bytes(input: &String) -> Option<&[u8]> {
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
        made(answer, Class::Video)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

/// `image-to-video`: an image, and in the parameters what is to happen on it → a video. It takes minutes.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/image-to-video).
#[derive(Clone, Copy, Debug)]
pub struct ImageToVideo;

/// The parameters of [`ImageToVideo`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageToVideoParameters {
    /// How closely the video follows the text; high values cost quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// What is not to be in the video: one text, where [`TextToVideo`] takes a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// How many pictures the video has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_frames: Option<u32>,
    /// How often the video is refined: more is better and takes longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// What is to happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Starts the random numbers: the same seed makes the same video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The size of the video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_size: Option<TargetSize>,
}

impl Task for ImageToVideo {
    const NAME: &'static str = "image-to-video";
    type Parameters = ImageToVideoParameters;
    type Output = Media;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Media, DecodeError> {
        made(answer, Class::Video)
    }
}

accept_text!(TextToVideo);
accept_media!(ImageToVideo);
