use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{prompt, read::made};
use crate::{
    InferenceError,
    task::{DecodeError, Media, Payload, RawResponse, Task, accepts::accept_text, media::Class},
};

/// `text-to-speech`: a text → the text, spoken.
///
/// Wire: [specification](https://huggingface.co/tasks/text-to-speech).
#[derive(Clone, Copy, Debug)]
pub struct TextToSpeech;

/// The parameters of [`TextToSpeech`]: how the sound is generated. Lengths are in tokens.
///
/// The specification puts them into an object of their own; the official client and the service do not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextToSpeechParameters {
    /// Whether tokens are drawn by their probability, and not the likeliest taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_sample: Option<bool>,
    /// When a search by beams ends: `true`, `false` or `"never"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stopping: Option<Value>,
    /// The probability below which a token is not drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon_cutoff: Option<f64>,
    /// The same, depending on how sure the model is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta_cutoff: Option<f64>,
    /// The greatest length of text and sound together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The greatest length of the sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_new_tokens: Option<u32>,
    /// The least length of text and sound together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// The least length of the sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_new_tokens: Option<u32>,
    /// How many groups the beams form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_beam_groups: Option<u32>,
    /// How many beams search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_beams: Option<u32>,
    /// The weight of variety against likelihood in a contrastive search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty_alpha: Option<f64>,
    /// How adventurous the drawing is: above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Out of how many tokens, the likeliest, is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// What the probabilities of the tokens that are drawn from add up to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// The same for the most typical tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typical_p: Option<f64>,
    /// Whether the model keeps what it has computed for earlier tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_cache: Option<bool>,
}

impl Task for TextToSpeech {
    const NAME: &'static str = "text-to-speech";
    type Input = String;
    type Parameters = TextToSpeechParameters;
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
        made(answer, Class::Audio)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(TextToSpeech);
