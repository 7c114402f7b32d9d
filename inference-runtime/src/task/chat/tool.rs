use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error},
    ser::SerializeStruct,
};
use serde_json::Value;

use crate::task::{IntoParameter, parameter::parameter};

/// A function that the model may have called.
///
/// ```
/// use inference_runtime::task::Tool;
///
/// let weather = Tool::function(
///     "weather",
///     "The weather in a city, now",
///     serde_json::json!({
///         "type": "object",
///         "properties": {"city": {"type": "string"}},
///         "required": ["city"],
///     }),
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// `function`: there is no other kind so far.
    pub r#type: String,
    /// The function.
    pub function: Function,
}

impl Tool {
    /// A function with its name, what it does in words for the model, and the JSON schema of its parameters.
    #[must_use]
    pub fn function(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: Value,
    ) -> Self {
        Self {
            r#type: "function".to_owned(),
            function: Function {
                name: name.into(),
                description: Some(description.into()),
                parameters: Some(parameters),
                strict: None,
            },
        }
    }
}

/// What a model is told of a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name: letters, digits, `_` and `-`.
    pub name: String,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The JSON schema of its parameters, an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
    /// Whether the arguments follow the schema to the letter, where the service can see to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
}

/// Whether functions are called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// As the model likes.
    Auto,
    /// None is.
    None,
    /// At least one is.
    Required,
    /// The one of this name is.
    Function(String),
}

impl Serialize for ToolChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Named<'a> {
            name: &'a str,
        }
        let word = match self {
            Self::Auto => "auto",
            Self::None => "none",
            Self::Required => "required",
            Self::Function(name) => {
                let mut choice = serializer.serialize_struct("ToolChoice", 2)?;
                choice.serialize_field("type", "function")?;
                choice.serialize_field("function", &Named { name })?;
                return choice.end();
            }
        };
        serializer.serialize_str(word)
    }
}

impl<'de> Deserialize<'de> for ToolChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Named {
            name: String,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Choice {
            #[serde(default = "function", deserialize_with = "kind", rename = "type")]
            _type: String,
            function: Named,
        }
        match Value::deserialize(deserializer)? {
            Value::String(word) => match word.as_str() {
                "auto" => Ok(Self::Auto),
                "none" => Ok(Self::None),
                "required" => Ok(Self::Required),
                _ => Err(D::Error::unknown_variant(
                    &word,
                    &["auto", "none", "required"],
                )),
            },
            choice => serde_json::from_value(choice)
                .map(|choice: Choice| Self::Function(choice.function.name))
                .map_err(D::Error::custom),
        }
    }
}

parameter!(ToolChoice: ToolChoice => |value| value, &ToolChoice => ToolChoice::clone);
parameter!(Vec<Tool>: Vec<Tool> => |value| value, &Vec<Tool> => Vec::clone, &[Tool] => <[Tool]>::to_vec);

impl<const N: usize> IntoParameter<Vec<Tool>> for [Tool; N] {
    fn into_parameter(self) -> Option<Vec<Tool>> {
        Some(self.into())
    }
}

/// A function that the model wants called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The id to answer under: [`Message::tool`](super::Message::tool). Some services number their calls and some
    /// leave it out; it is text all the same.
    #[serde(default, deserialize_with = "id")]
    pub id: String,
    /// `function`.
    #[serde(default = "function", deserialize_with = "kind")]
    pub r#type: String,
    /// Which function, with which arguments.
    pub function: FunctionCall,
}

/// A function's name and arguments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionCall {
    /// The name.
    pub name: String,
    /// The arguments as JSON: as the model wrote it, so it may be no JSON at all.
    pub arguments: String,
}

impl FunctionCall {
    /// The arguments as a type of one's own.
    ///
    /// # Errors
    ///
    /// Where the model has not written what the type needs.
    pub fn parse<A: DeserializeOwned>(&self) -> serde_json::Result<A> {
        serde_json::from_str(&self.arguments)
    }
}

impl<'de> Deserialize<'de> for FunctionCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            name: String,
            #[serde(default)]
            arguments: Value,
            /// The name that some give the arguments.
            #[serde(default)]
            parameters: Value,
        }
        let Wire {
            name,
            arguments,
            parameters,
        } = Wire::deserialize(deserializer)?;
        let given = if arguments.is_null() {
            parameters
        } else {
            arguments
        };
        let arguments = match given {
            Value::String(text) if !text.trim().is_empty() => text,
            // A function without parameters may be called without arguments.
            Value::Null | Value::String(_) => "{}".to_owned(),
            json => json.to_string(),
        };
        Ok(Self { name, arguments })
    }
}

/// A list of calls, a call alone, or null.
pub(super) fn calls<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ToolCall>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Vec::new()),
        list @ Value::Array(_) => serde_json::from_value(list),
        call => serde_json::from_value(call).map(|call| vec![call]),
    }
    .map_err(D::Error::custom)
}

/// An id of text or a number.
pub(super) fn optional_id<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(D::Error::custom("expected an id")),
    }
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    optional_id(deserializer).map(Option::unwrap_or_default)
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(function))
}

fn function() -> String {
    "function".to_owned()
}
