use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{prompt, read::decode_media};
use crate::{
    InferenceError,
    task::{DecodeError, Media, Payload, RawResponse, Task, accepts::accept_text, media::Class},
};

/// `text-to-speech`: a text → speech.
///
/// Wire: [specification](https://huggingface.co/tasks/text-to-speech).
#[derive(Clone, Copy, Debug)]
pub struct TextToSpeech;

/// The parameters of [`TextToSpeech`], which control the generation. Lengths are in tokens.
///
/// The specification nests them in an object; the official client and the service do not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextToSpeechParameters {
    /// Whether to sample tokens rather than take the likeliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_sample: Option<bool>,
    /// When a beam search stops: `true`, `false` or `"never"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stopping: Option<Value>,
    /// The minimum probability of sampled tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon_cutoff: Option<f64>,
    /// Like `epsilon_cutoff`, scaled by the entropy of the distribution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta_cutoff: Option<f64>,
    /// The maximum length of text and sound together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The maximum length of the sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_new_tokens: Option<u32>,
    /// The minimum length of text and sound together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// The minimum length of the sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_new_tokens: Option<u32>,
    /// The number of groups of beams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_beam_groups: Option<u32>,
    /// The number of beams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_beams: Option<u32>,
    /// The weight of diversity against likelihood in contrastive search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty_alpha: Option<f64>,
    /// The sampling temperature, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Samples from this many of the likeliest tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Samples from the likeliest tokens with this total probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Samples from the most typical tokens with this total probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typical_p: Option<f64>,
    /// Whether the model caches the computation for earlier tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_cache: Option<bool>,
}

impl Task for TextToSpeech {
    const NAME: &'static str = inference_spec::tasks::TEXT_TO_SPEECH;
    type Input = String;
    type Parameters = TextToSpeechParameters;
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
        decode_media(answer, Class::Audio)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(TextToSpeech);
