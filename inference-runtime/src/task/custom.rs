//! The task for models that fit no other task.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    ser::{Error as _, SerializeMap},
};
use serde_json::Value;

use super::{Accepts, DecodeError, Payload, RawResponse, Task};
use crate::{ErrorKind, InferenceError};

/// `custom`: any input → any output.
///
/// The input is any [`Serialize`], sent as it is. The output is the JSON of the answer, or your own type with
/// [`Structured<T>`](crate::Structured) as the parameter's type.
#[derive(Clone, Copy, Debug)]
pub struct Custom;

/// The parameters of [`Custom`]: any names, any values that serialize to JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomParameters {
    /// Sorted by name, so that equal parameters give equal cache keys. A value that fails to serialize is kept as its
    /// error, so that the prediction fails rather than `set`.
    values: BTreeMap<String, Result<Value, String>>,
}

impl CustomParameters {
    /// Sets a parameter. A value that does not serialize to JSON (a map whose keys are not text) makes the prediction fail;
    /// `None` removes the parameter.
    pub fn set<V: Serialize + ?Sized>(&mut self, name: &str, value: &V) {
        match json(value) {
            Ok(Value::Null) => {
                self.values.remove(name);
            }
            Ok(value) => {
                self.values.insert(name.to_owned(), Ok(value));
            }
            Err(error) => {
                self.values.insert(name.to_owned(), Err(error.to_string()));
            }
        }
    }
}

impl Serialize for CustomParameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (name, value) in &self.values {
            match value {
                Ok(value) => map.serialize_entry(name, value)?,
                Err(reason) => {
                    return Err(S::Error::custom(format_args!(
                        "the parameter `{name}`: {reason}"
                    )));
                }
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for CustomParameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut parameters = Self::default();
        for (name, value) in BTreeMap::<String, Value>::deserialize(deserializer)? {
            parameters.set(&name, &value);
        }
        Ok(parameters)
    }
}

impl Task for Custom {
    const NAME: &'static str = inference_spec::tasks::CUSTOM;
    type Input = Value;
    type Parameters = CustomParameters;
    type Output = Value;

    fn encode(input: &Value) -> Result<Payload, InferenceError> {
        Payload::json(input)
    }

    fn decode(
        answer: &RawResponse<'_>,
        _: &Value,
        _: &Self::Parameters,
    ) -> Result<Value, DecodeError> {
        answer.json()
    }

    fn size(input: &Value) -> usize {
        match input {
            Value::Null | Value::Bool(_) | Value::Number(_) => input.to_string().len(),
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(Self::size).sum(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| name.len() + Self::size(value))
                .sum(),
        }
    }
}

impl<I: Serialize + ?Sized> Accepts<I> for Custom {
    fn accept(input: &I) -> Result<Value, InferenceError> {
        json(input).map_err(|error| {
            InferenceError::new(
                ErrorKind::InvalidInput,
                "cannot serialize the input as JSON",
            )
            .with_source(error)
        })
    }
}

/// Serializes a value to JSON with sorted keys, regardless of the kind of map and of serde_json's features: equal values
/// must give equal cache keys.
fn json<V: Serialize + ?Sized>(value: &V) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(value)?;
    value.sort_all_objects();
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde_json::json;

    use super::{Custom, CustomParameters};
    use crate::{
        ErrorKind,
        task::{
            Accepts, Task,
            testing::{assert_decodes, decode, inputs, wire},
        },
    };

    fn accept<I: serde::Serialize + ?Sized>(input: &I) -> serde_json::Value {
        <Custom as Accepts<I>>::accept(input).expect("an input")
    }

    #[test]
    fn any_input_is_sent_with_sorted_keys() {
        #[derive(serde::Serialize)]
        struct Flight {
            to: &'static str,
            from: &'static str,
            stops: HashMap<String, u32>,
        }
        let stops = ["z", "y", "x", "b", "a"];
        let flight = Flight {
            to: "OSL",
            from: "LIM",
            stops: stops.map(|stop| (stop.to_owned(), 1)).into(),
        };
        assert_eq!(
            inputs::<Custom>(&accept(&flight)),
            r#"{"from":"LIM","stops":{"a":1,"b":1,"x":1,"y":1,"z":1},"to":"OSL"}"#
        );
        assert_eq!(inputs::<Custom>(&accept("text")), r#""text""#);
        assert_eq!(inputs::<Custom>(&accept(&[1.5, 2.0])), "[1.5,2.0]");
        assert_eq!(Custom::size(&accept(&flight)), 2 + 4 + 5 + 3 + 3 + 5 + 5);
        assert_eq!(Custom::size(&json!([null, true, 12, "ab"])), 4 + 4 + 2 + 2);
    }

    #[test]
    fn input_that_is_not_json_is_rejected() {
        let input = HashMap::from([((1, 2), "a pair is not a key")]);
        let error = <Custom as Accepts<_>>::accept(&input).expect_err("no JSON");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), "cannot serialize the input as JSON");
    }

    #[test]
    fn output_is_the_json_of_the_answer() {
        assert_decodes::<Custom>(
            &json!(null),
            &[
                (
                    "an object",
                    r#"{"b":1,"a":[0.1]}"#,
                    json!({"a": [0.1], "b": 1}),
                ),
                ("null", "null", json!(null)),
            ],
        );
        let error = decode::<Custom>(&json!(null), "<html>").expect_err("HTML");
        assert!(error.malformed);
    }

    #[test]
    fn any_parameters_are_accepted() {
        let mut parameters = CustomParameters::default();
        assert_eq!(wire(&parameters), "{}");
        parameters.set("top", &3);
        parameters.set("names", &["a", "b"]);
        parameters.set("absent", &None::<u32>);
        parameters.set("map", &HashMap::from([("y", 1), ("x", 2)]));
        parameters.set("top", &4);
        assert_eq!(
            wire(&parameters),
            r#"{"map":{"x":2,"y":1},"names":["a","b"],"top":4}"#
        );
    }

    #[test]
    fn parameter_that_is_not_json_fails_on_serialization() {
        let mut parameters = CustomParameters::default();
        parameters.set("grid", &BTreeMap::from([((1, 2), 3)]));
        let error = serde_json::to_string(&parameters).expect_err("no JSON");
        assert_eq!(
            error.to_string(),
            "the parameter `grid`: key must be a string"
        );
        parameters.set("grid", &1);
        assert_eq!(wire(&parameters), r#"{"grid":1}"#);
    }
}
