use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    InferenceError,
    answer::Usage,
    task::{
        DecodeError, Payload, RawResponse, Task,
        accepts::accept_text,
        read::{Mismatch, Read, each, field, index, optional, some_answers, text},
    },
};

/// `text-generation`: the start of a text → how it goes on.
///
/// Wire: [specification](https://huggingface.co/docs/inference-providers/tasks/text-generation).
#[derive(Clone, Copy, Debug)]
pub struct TextGeneration;

/// A text that a model has written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// The text; with the parameter `return_full_text`, the input stands before it.
    pub generated_text: String,
    /// Why it ends there, in the service's own word: `length` where it was cut, `eos_token` or `stop` where the
    /// model was done, `stop_sequence`. None where the service does not say (without the parameter `details`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// How many tokens were read and written, where the service says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

impl Generation {
    /// A text of which no more is known.
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
    /// How many texts to write; the likeliest is the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_of: Option<u32>,
    /// Whether the details tell of the input's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoder_input_details: Option<bool>,
    /// Whether the answer says why it ended and how many tokens it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<bool>,
    /// Whether the next token is drawn, and not always the likeliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_sample: Option<bool>,
    /// How much a token is made less likely by each time the text already has it, from -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// What the text must look like: `{"type": "json", "value": …}`, `{"type": "regex", "value": …}` or
    /// `{"type": "json_schema", "value": …}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grammar: Option<Value>,
    /// The length at which the text is cut, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_new_tokens: Option<u32>,
    /// How much a token that the text already has is made less likely; 1 is not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repetition_penalty: Option<f64>,
    /// Whether the answer starts with the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_full_text: Option<bool>,
    /// The start of the random numbers: the same seed draws the same tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Texts at which it ends: four at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
    /// How freely tokens are drawn: above 0, and 1 is as the model was trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Draws among this many of the likeliest tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// How many of the likeliest tokens the details tell of at each step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_n_tokens: Option<u32>,
    /// Draws among the likeliest tokens that have this probability together, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// The length to which the input is cut, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<u32>,
    /// Draws among the most typical tokens that have this probability together, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typical_p: Option<f64>,
    /// Whether the text carries a watermark that tells it is a model's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watermark: Option<bool>,
}

impl Task for TextGeneration {
    const NAME: &'static str = "text-generation";
    type Input = String;
    type Parameters = TextGenerationParameters;
    type Output = Generation;

    fn bytes(input: &String) -> Option<&[u8]> {
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
        Ok(some_answers(&value, expected, generation)?
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

/// The form of text-generation-inference, which the router passes on.
fn generation(value: &Value) -> Read<Generation> {
    let details = optional(value, "details", details)?;
    let (finish_reason, usage) = details.unwrap_or_default();
    Ok(Generation {
        generated_text: field(value, "generated_text", text)?,
        finish_reason,
        usage,
    })
}

fn details(value: &Value) -> Read<(Option<String>, Option<Usage>)> {
    let prefill = match value.get("prefill") {
        // Empty unless `decoder_input_details` asks for the input's tokens.
        Some(Value::Array(tokens)) if !tokens.is_empty() => Some(tokens.len() as u64),
        _ => None,
    };
    let usage = Usage {
        input_tokens: optional(value, "input_length", count)?.or(prefill),
        output_tokens: optional(value, "generated_tokens", count)?,
    };
    Ok((optional(value, "finish_reason", text)?, known(usage)))
}

/// OpenAI's completions, and its chat, on which some providers serve this task.
fn completion(value: &Value) -> Read<Generation> {
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
        Ok(known(Usage {
            input_tokens: optional(usage, "prompt_tokens", count)?,
            output_tokens: optional(usage, "completion_tokens", count)?,
        }))
    })?;
    let (generated_text, finish_reason) = choices
        .into_iter()
        .next()
        .ok_or_else(|| Mismatch::wrong("expected a choice, found none").under("choices"))?;
    Ok(Generation {
        generated_text,
        finish_reason,
        usage: usage.flatten(),
    })
}

fn count(value: &Value) -> Read<u64> {
    index(value).map(|count| count as u64)
}

fn known(usage: Usage) -> Option<Usage> {
    (usage != Usage::default()).then_some(usage)
}
