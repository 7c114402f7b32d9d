use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::tool::{Tool, ToolChoice};
use crate::{InferenceError, task::wire::invalid};

/// Members of the body that are not parameters.
const RESERVED: [&str; 3] = ["messages", "model", "stream"];

/// The parameters of [`ChatCompletion`](super::ChatCompletion). Not every service takes all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ChatCompletionParameters {
    /// How much a token is made less likely by each time the text already has it, from -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// How much likelier single tokens are made: an object of token ids and numbers from -100 to 100; a list for
    /// text-generation-inference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logit_bias: Option<Value>,
    /// Whether the answer tells how likely its tokens were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<bool>,
    /// The length at which the answer is cut, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// How many answers to write. The first is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// How much a token is made less likely when the text already has it, from -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    /// How long the model thinks: `low`, `medium`, `high`, or another word of the model's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<String>,
    /// What the answer must look like: `{"type": "text"}`, `{"type": "json_object"}` or
    /// `{"type": "json_schema", "json_schema": {"name": …, "schema": …}}`.
    /// [`Structured`](crate::Structured) sets it by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_format: Option<Value>,
    /// The start of the random numbers: the same seed draws the same tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Texts at which it ends: four at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
    /// `{"include_usage": true}` makes a stream end with what was counted. Sent with streams only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<Value>,
    /// How freely tokens are drawn: from 0, where the likeliest is taken, to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Whether functions are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// What the model is told before the list of functions (text-generation-inference only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_prompt: Option<String>,
    /// Functions that the model may have called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Tool>>,
    /// How many of the likeliest tokens the answer tells of at each step: with `logprobs`, up to 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_logprobs: Option<u32>,
    /// Draws among the likeliest tokens that have this probability together, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// What else the service takes, as an object: `{"top_k": 40}`. Its members stand beside the others.
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
