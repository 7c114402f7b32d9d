use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_text,
        read::{Mismatch, ReadResult, each, field, non_empty_answers, number, text},
    },
};

/// `fill-mask`: text with the model's mask token (`[MASK]`, `<mask>`) → words in its place, the best first.
///
/// A text with several masks gives the words for each, one mask after the other.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/fill-mask).
#[derive(Clone, Copy, Debug)]
pub struct FillMask;

/// A word that replaces a mask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaskFill {
    /// The text with the word.
    pub sequence: String,
    /// The score, from 0 to 1.
    pub score: f64,
    /// The id of the word's token in the model's vocabulary.
    pub token: u64,
    /// The word.
    pub token_str: String,
}

impl MaskFill {
    /// Returns the word with the highest score.
    pub(crate) fn best(fills: &[Self]) -> Option<Self> {
        let best = fills
            .iter()
            .reduce(|best, fill| if fill.score > best.score { fill } else { best });
        best.cloned()
    }

    fn read(value: &Value) -> ReadResult<Self> {
        // The specification's example uses camel case.
        let camel = value.get("token_str").is_none() && value.get("tokenStr").is_some();
        Ok(Self {
            sequence: field(value, "sequence", text)?,
            score: field(value, "score", number)?,
            token: field(value, "token", token)?,
            token_str: field(value, if camel { "tokenStr" } else { "token_str" }, text)?,
        })
    }
}

fn token(value: &Value) -> ReadResult<u64> {
    value
        .as_u64()
        .ok_or_else(|| Mismatch::expected("a token id", value))
}

/// The parameters of [`FillMask`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FillMaskParameters {
    /// The candidate words. Default: the whole vocabulary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets: Option<Vec<String>>,
    /// The maximum number of words for each mask, the best ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

impl Task for FillMask {
    const NAME: &'static str = inference_spec::tasks::FILL_MASK;
    type Input = String;
    type Parameters = FillMaskParameters;
    type Output = Vec<MaskFill>;

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
    ) -> Result<Vec<MaskFill>, DecodeError> {
        let value = answer.json()?;
        let several_masks = matches!(&value, Value::Array(items) if items.len() > 1 && items.iter().all(Value::is_array));
        let masks = if several_masks {
            each(&value, "lists of words", words)?
        } else {
            vec![words(&value)?]
        };
        Ok(masks.concat())
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(FillMask);

/// Reads the words for one mask.
fn words(value: &Value) -> ReadResult<Vec<MaskFill>> {
    let mut words = non_empty_answers(value, "a list of words", MaskFill::read)?;
    words.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(words)
}
