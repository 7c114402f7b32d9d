//! Parameters of any task, without a list of them: the fields that its type reads, with values that it takes.

use std::fmt;

use proptest::{prelude::*, sample::select};
use serde::{
    de::{DeserializeOwned, Visitor, value::Error},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value, json};

/// The parameters of a chat, whose type reads any other names too.
const CHAT: [&str; 18] = [
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "max_tokens",
    "n",
    "presence_penalty",
    "reasoning_effort",
    "response_format",
    "seed",
    "stop",
    "stream_options",
    "temperature",
    "tool_choice",
    "tool_prompt",
    "tools",
    "top_logprobs",
    "top_p",
    "anything_else",
];

/// Objects of some of the parameters.
pub(super) fn samples<P: DeserializeOwned>() -> BoxedStrategy<Map<String, Value>> {
    let fields = fields::<P>().unwrap_or(&CHAT);
    let members: Vec<_> = fields
        .iter()
        .map(|field| proptest::option::of(values::<P>(field)).boxed())
        .collect();
    let object = move |values: Vec<Option<Value>>| {
        let members = fields.iter().zip(values);
        members
            .filter_map(|(field, value)| Some(((*field).to_owned(), value?)))
            .collect()
    };
    members.prop_map(object).boxed()
}

/// Values that a field takes.
fn values<P: DeserializeOwned>(field: &'static str) -> BoxedStrategy<Value> {
    let takes = |value: &Value| P::deserialize(json!({field: value})).is_ok();
    let taken: Vec<Value> = candidates().into_iter().filter(takes).collect();
    assert!(!taken.is_empty(), "no value for `{field}`");
    let mut values = select(taken).boxed();
    if takes(&json!("any text at all")) {
        values = prop_oneof![values, any::<String>().prop_map(Value::from)].boxed();
    }
    if takes(&json!(0.5)) {
        let numbers = any::<f64>().prop_filter("JSON has no others", |number| number.is_finite());
        values = prop_oneof![values, numbers.prop_map(Value::from)].boxed();
    }
    if takes(&json!(["any text at all"])) {
        let texts = proptest::collection::vec(any::<String>(), 0..4);
        values = prop_oneof![values, texts.prop_map(Value::from)].boxed();
    }
    values
}

fn candidates() -> Vec<Value> {
    let words = [
        "sigmoid",
        "softmax",
        "none",
        "simple",
        "first",
        "average",
        "max",
        "do_not_truncate",
        "longest_first",
        "only_first",
        "only_second",
        "left",
        "right",
        "do_not_pad",
        "longest",
        "max_length",
        "instance",
        "panoptic",
        "semantic",
        "auto",
        "required",
    ];
    let others = [
        json!(true),
        json!(false),
        json!(0),
        json!(7),
        json!(u32::MAX),
        json!(u64::MAX),
        json!(0.25),
        json!(["a", "b"]),
        json!({"width": 640, "height": 480}),
        json!({"type": "function", "function": {"name": "weather"}}),
        json!([{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]),
        json!({"a": {"b": [1, null, "c"]}}),
    ];
    words.map(Value::from).into_iter().chain(others).collect()
}

/// The fields that a type reads by their names; none of one that reads any.
fn fields<P: DeserializeOwned>() -> Option<&'static [&'static str]> {
    let mut fields = None;
    let _ = P::deserialize(Probe(&mut fields));
    fields
}

/// Is asked for a struct, and says no more than for which.
struct Probe<'p>(&'p mut Option<&'static [&'static str]>);

impl<'de> serde::Deserializer<'de> for Probe<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Some(fields);
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom(Nothing))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Nothing;

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing is here")
    }
}
