use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::tool::{Tool, ToolChoice};
use crate::{InferenceError, task::wire::invalid};

/// Fields of the body that are not parameters.
const RESERVED: [&str; 3] = ["messages", "model", "stream"];

/// The parameters of [`ChatCompletion`](super::ChatCompletion). Not every service supports all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ChatCompletionParameters {
    /// The penalty on a token for each of its occurrences in the text so far, from -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// Biases of single tokens: an object of token ids and numbers from -100 to 100; a list for text-generation-inference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logit_bias: Option<Value>,
    /// Whether to return the log probabilities of the tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<bool>,
    /// The maximum length of the answer, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The number of answers to generate. The first one is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// The penalty on a token that occurs in the text so far, from -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    /// The effort of the model's reasoning: `low`, `medium`, `high`, or another value that the model supports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<String>,
    /// The format of the answer: `{"type": "text"}`, `{"type": "json_object"}` or
    /// `{"type": "json_schema", "json_schema": {"name": …, "schema": …}}`.
    /// [`Structured`](crate::Structured) sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_format: Option<Value>,
    /// The random seed: the same seed gives the same tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Stop sequences, four at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
    /// `{"include_usage": true}` makes a stream end with its token usage. Sent with streams only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<Value>,
    /// The sampling temperature, from 0 (always the likeliest token) to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Whether the model calls functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// The prompt before the list of functions (text-generation-inference only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_prompt: Option<String>,
    /// The functions that the model may call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Tool>>,
    /// The number of likeliest tokens to return at each position, with `logprobs`: up to 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_logprobs: Option<u32>,
    /// Samples from the likeliest tokens with this total probability, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Further parameters of the service, as an object: `{"top_k": 40}`. Its fields are added to the body.
    #[serde(
        flatten,
        deserialize_with = "extra_body",
        skip_serializing_if = "Option::is_none"
    )]
    pub extra_body: Option<Value>,
}

/// Reads every member that is not a parameter. serde alone would read an empty object if there is none.
fn extra_body<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    let members = Map::deserialize(deserializer)?;
    Ok((!members.is_empty()).then_some(Value::Object(members)))
}

impl ChatCompletionParameters {
    pub(super) fn check(&self) -> Result<(), InferenceError> {
        match &self.extra_body {
            None => Ok(()),
            Some(Value::Object(members)) => {
                match RESERVED.iter().find(|name| members.contains_key(**name)) {
                    Some(name) => Err(invalid(format!(
                        "the parameter `extra_body` cannot set `{name}`"
                    ))),
                    None => Ok(()),
                }
            }
            Some(_) => Err(invalid("the parameter `extra_body` must be an object")),
        }
    }
}
