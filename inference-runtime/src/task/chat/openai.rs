//! Parts of OpenAI's JSON that complete responses and stream frames share.

use serde_json::Value;

use crate::answer::Usage;

/// Reads a `usage` object; `None` if it has no counts.
pub(crate) fn usage(value: &Value) -> Option<Usage> {
    let usage = Usage {
        input_tokens: value.get("prompt_tokens").and_then(count),
        output_tokens: value.get("completion_tokens").and_then(count),
    };
    (usage != Usage::default()).then_some(usage)
}

/// Reads the text of `content`, which may be in parts; `None` if there is no text.
pub(crate) fn content(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(parts.iter().filter_map(part).collect()),
        _ => None,
    }
}

/// Returns the text of a part. Other parts (reasoning, images) have none.
fn part(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("text")?.as_str())
}

/// Reads the model's reasoning, under either of the names that servers use.
pub(crate) fn reasoning(message: &Value) -> Option<String> {
    ["reasoning_content", "reasoning"]
        .iter()
        .filter_map(|name| message.get(name)?.as_str())
        .find(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Reads a count. Some services send floating-point numbers.
fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        value
            .as_f64()
            .filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number))
            .map(|number| number as u64)
    })
}
