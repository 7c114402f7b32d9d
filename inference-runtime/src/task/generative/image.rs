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
    /// How closely the image follows the text; high values cost quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// The height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// What is not to be on the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// How often the image is refined: more is better and takes longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// The scheduler to take in place of the model's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<String>,
    /// Starts the random numbers: the same seed makes the same image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
}

impl Task for TextToImage {
    const NAME: &'static str = "text-to-image";
    type Input = String;
    type Parameters = TextToImageParameters;
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
        made(answer, Class::Image)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

/// `image-to-image`: an image, and in the parameters what is to be done with it → an image.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/image-to-image).
#[derive(Clone, Copy, Debug)]
pub struct ImageToImage;

/// The parameters of [`ImageToImage`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ImageToImageParameters {
    /// How closely the image follows the text; high values cost quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance_scale: Option<f64>,
    /// What is not to be on the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// How often the image is refined: more is better and takes longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_inference_steps: Option<u32>,
    /// What is to be done with the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// The size of the image that is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_size: Option<TargetSize>,
}

impl Task for ImageToImage {
    const NAME: &'static str = "image-to-image";
    type Parameters = ImageToImageParameters;
    type Output = Media;

    media_input!(Image);

    fn decode(
        answer: &RawResponse<'_>,
        _: &MediaInput,
        _: &Self::Parameters,
    ) -> Result<Media, DecodeError> {
        made(answer, Class::Image)
    }
}

accept_text!(TextToImage);
accept_media!(ImageToImage);
