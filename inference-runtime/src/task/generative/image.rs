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

/// `text-to-image`: a description → an image.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/text-to-image).
#[derive(Clone, Copy, Debug)]
pub struct TextToImage;

/// The parameters of [`TextToImage`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextToImageParameters {
    /// How closely the image follows the text; high values reduce quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// The height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// What the image must not contain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// The number of denoising steps: more give better images and take longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// The scheduler, in place of the model's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<String>,
    /// The random seed: the same seed gives the same image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
}

impl Task for TextToImage {
    const NAME: &'static str = inference_spec::tasks::TEXT_TO_IMAGE;
    type Input = String;
    type Parameters = TextToImageParameters;
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
        decode_media(answer, Class::Image)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

/// `image-to-image`: an image, and an instruction in the parameters → an image.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/image-to-image).
#[derive(Clone, Copy, Debug)]
pub struct ImageToImage;

/// The parameters of [`ImageToImage`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageToImageParameters {
    /// How closely the image follows the text; high values reduce quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// What the image must not contain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// The number of denoising steps: more give better images and take longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// The instruction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The size of the output image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_size: Option<TargetSize>,
}

impl Task for ImageToImage {
    const NAME: &'static str = inference_spec::tasks::IMAGE_TO_IMAGE;
    type Parameters = ImageToImageParameters;
    type Output = Media;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Media, DecodeError> {
        decode_media(answer, Class::Image)
    }
}

accept_text!(TextToImage);
accept_media!(ImageToImage);
