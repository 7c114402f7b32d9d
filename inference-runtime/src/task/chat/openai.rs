//! Pieces of OpenAI's JSON that stand in whole answers and in the frames of a stream alike.

use serde_json::Value;

use crate::answer::Usage;

/// What `usage` says was counted; none where it says nothing.
pub(crate) fn usage(value: &Value) -> Option<Usage> {
    let usage = Usage {
        input_tokens: value.get("prompt_tokens").and_then(count),
        output_tokens: value.get("completion_tokens").and_then(count),
    };
    (usage != Usage::default()).then_some(usage)
}

/// The text of a `content`, which may be in parts; none where there is none at all.
pub(crate) fn content(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(parts.iter().filter_map(part).collect()),
        _ => None,
    }
}

/// A part's text. Parts of another kind (thoughts, images) are no text.
fn part(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("text")?.as_str())
}

/// What the model thought, under either of the names that servers give it.
pub(crate) fn reasoning(message: &Value) -> Option<String> {
    ["reasoning_content", "reasoning"]
        .iter()
        .filter_map(|name| message.get(name)?.as_str())
        .find(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Some services count in floating point.
fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        value
            .as_f64()
            .filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number))
            .map(|number| number as u64)
    })
}
