use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    answer::Usage,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_text,
        read::{Mismatch, ReadResult, each, field, index, non_empty_answers, optional, text},
    },
};

/// `text-generation`: the start of a text → its continuation.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/text-generation).
#[derive(Clone, Copy, Debug)]
pub struct TextGeneration;

/// A generated text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// The text; with the parameter `return_full_text`, it starts with the input.
    pub generated_text: String,
    /// Why the model stopped, as the service names it: `length` if the text was truncated, `eos_token` or `stop` if the model
    /// finished, `stop_sequence`. `None` if the service does not send it (without the parameter `details`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// The token usage, if the service sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

impl Generation {
    /// Creates a generation of text only.
    #[must_use]
    pub fn new(generated_text: impl Into<String>) -> Self {
        Self {
            generated_text: generated_text.into(),
            ..Self::default()
        }
    }
}

/// The parameters of [`TextGeneration`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TextGenerationParameters {
    /// The LoRA adapter to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adapter_id: Option<String>,
    /// The number of texts to generate, of which the likeliest is returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_of: Option<u32>,
    /// Whether the details include the input's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoder_input_details: Option<bool>,
    /// Whether to return the finish reason and the token counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<bool>,
    /// Whether to sample tokens rather than take the likeliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_sample: Option<bool>,
    /// The penalty on a token for each of its occurrences in the text so far, from -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// The grammar of the text: `{"type": "json", "value": …}`, `{"type": "regex", "value": …}` or
    /// `{"type": "json_schema", "value": …}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grammar: Option<Value>,
    /// The maximum length of the text, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_new_tokens: Option<u32>,
    /// The penalty on tokens that occur in the text so far; 1 is no penalty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repetition_penalty: Option<f64>,
    /// Whether the text starts with the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_full_text: Option<bool>,
    /// The random seed: the same seed gives the same tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Stop sequences, four at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
    /// The sampling temperature, above 0; 1 leaves the model's probabilities unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Samples from this many of the likeliest tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// The number of likeliest tokens at each position in the details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_n_tokens: Option<u32>,
    /// Samples from the likeliest tokens with this total probability, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// The length to which the input is truncated, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<u32>,
    /// Samples from the most typical tokens with this total probability, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typical_p: Option<f64>,
    /// Whether to watermark the text as generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watermark: Option<bool>,
}

impl Task for TextGeneration {
    const NAME: &'static str = inference_spec::tasks::TEXT_GENERATION;
    type Input = String;
    type Parameters = TextGenerationParameters;
    type Output = Generation;

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
    ) -> Result<Generation, DecodeError> {
        let value = answer.json()?;
        if value.get("choices").is_some() {
            return Ok(completion(&value)?);
        }
        let expected = "a generated text or a list of them";
        Ok(non_empty_answers(&value, expected, generation)?
            .into_iter()
            .next()
            .ok_or_else(|| Mismatch::expected(expected, &value))?)
    }

    fn finish_reason(output: &Generation) -> Option<&str> {
        output.finish_reason.as_deref()
    }

    fn size(input: &String) -> usize {
        input.len()
    }
}

accept_text!(TextGeneration);

/// Reads text-generation-inference's response, which the router passes on.
fn generation(value: &Value) -> ReadResult<Generation> {
    let details = optional(value, "details", details)?;
    let (finish_reason, usage) = details.unwrap_or_default();
    Ok(Generation {
        generated_text: field(value, "generated_text", text)?,
        finish_reason,
        usage,
    })
}

fn details(value: &Value) -> ReadResult<(Option<String>, Option<Usage>)> {
    let prefill = match value.get("prefill") {
        // Empty unless `decoder_input_details` is set.
        Some(Value::Array(tokens)) if !tokens.is_empty() => Some(tokens.len() as u64),
        _ => None,
    };
    let usage = Usage {
        input_tokens: optional(value, "input_length", count)?.or(prefill),
        output_tokens: optional(value, "generated_tokens", count)?,
    };
    Ok((optional(value, "finish_reason", text)?, if_counted(usage)))
}

/// Reads the response of OpenAI's completions or chat API, with which some providers serve this task.
fn completion(value: &Value) -> ReadResult<Generation> {
    let choices = field(value, "choices", |value| {
        each(value, "a list of choices", |choice| {
            let generated_text = match choice.get("message") {
                Some(message) if choice.get("text").is_none() => {
                    field(message, "content", text).map_err(|error| error.under("message"))?
                }
                _ => field(choice, "text", text)?,
            };
            Ok((generated_text, optional(choice, "finish_reason", text)?))
        })
    })?;
    let usage = optional(value, "usage", |usage| {
        Ok(if_counted(Usage {
            input_tokens: optional(usage, "prompt_tokens", count)?,
            output_tokens: optional(usage, "completion_tokens", count)?,
        }))
    })?;
    let (generated_text, finish_reason) = choices
        .into_iter()
        .next()
        .ok_or_else(|| Mismatch::new("expected a choice, found none").under("choices"))?;
    Ok(Generation {
        generated_text,
        finish_reason,
        usage: usage.flatten(),
    })
}

fn count(value: &Value) -> ReadResult<u64> {
    index(value).map(|count| count as u64)
}

fn if_counted(usage: Usage) -> Option<Usage> {
    (usage != Usage::default()).then_some(usage)
}
