use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task, Truncation,
        accepts::accept_text,
        read::{Mismatch, ReadResult, field, non_empty_answers, text},
        wire::invalid,
    },
};

/// `summarization`: text → its summary.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/summarization).
#[derive(Clone, Copy, Debug)]
pub struct Summarization;

/// The parameters of [`Summarization`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SummarizationParameters {
    /// Whether to remove spaces that the tokenizer has inserted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean_up_tokenization_spaces: Option<bool>,
    /// The generation parameters, as an object: `{"max_new_tokens": 60}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_parameters: Option<Value>,
    /// The truncation of a text that is too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation: Option<Truncation>,
}

/// `translation`: text → its translation.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/translation).
#[derive(Clone, Copy, Debug)]
pub struct Translation;

/// The parameters of [`Translation`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TranslationParameters {
    /// Whether to remove spaces that the tokenizer has inserted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean_up_tokenization_spaces: Option<bool>,
    /// The generation parameters, as an object: `{"max_new_tokens": 60}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_parameters: Option<Value>,
    /// The language of the text, in the model's own code (`en`, `eng_Latn`). Requires `tgt_lang`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src_lang: Option<String>,
    /// The target language. Requires `src_lang`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tgt_lang: Option<String>,
    /// The truncation of a text that is too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation: Option<Truncation>,
}

impl Task for Summarization {
    const NAME: &'static str = inference_spec::tasks::SUMMARIZATION;
    type Input = String;
    type Parameters = SummarizationParameters;
    type Output = String;

    fn key_bytes(input: &String) -> Option<&[u8]> {
        Some(input.as_bytes())
    }

    fn encode(input: &String) -> Result<Payload, InferenceError> {
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &String,
        _: &Self::Parameters,
    ) -> Result<String, DecodeError> {
        Ok(first(&answer.json()?, "summary_text")?)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

impl Task for Translation {
    const NAME: &'static str = inference_spec::tasks::TRANSLATION;
    type Input = String;
    type Parameters = TranslationParameters;
    type Output = String;

    fn check(_: &String, parameters: &Self::Parameters) -> Result<(), InferenceError> {
        match (&parameters.src_lang, &parameters.tgt_lang) {
            (Some(_), None) => Err(invalid(
                "`src_lang` requires `tgt_lang`; help: set both or neither",
            )),
            (None, Some(_)) => Err(invalid(
                "`tgt_lang` requires `src_lang`; help: set both or neither",
            )),
            _ => Ok(()),
        }
    }

    fn key_bytes(input: &String) -> Option<&[u8]> {
        Some(input.as_bytes())
    }

    fn encode(input: &String) -> Result<Payload, InferenceError> {
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &String,
        _: &Self::Parameters,
    ) -> Result<String, DecodeError> {
        Ok(first(&answer.json()?, "translation_text")?)
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(Summarization, Translation);

/// Reads the text in this field, or in `generated_text`, which general text-to-text models send. The specification has an
/// object, but the service has always sent a list.
fn first(value: &Value, name: &'static str) -> ReadResult<String> {
    let expected = "a text in an object or a list";
    non_empty_answers(value, expected, |value| {
        let plain = value.get(name).is_none() && value.get("generated_text").is_some();
        field(value, if plain { "generated_text" } else { name }, text)
    })?
    .into_iter()
    .next()
    .ok_or_else(|| Mismatch::expected(expected, value))
}
