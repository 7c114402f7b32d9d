use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error},
    ser::SerializeStruct,
};
use serde_json::Value;

use crate::task::{IntoParameter, parameter::parameter};

/// A function that the model may call.
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
    /// `function`, the only kind so far.
    pub r#type: String,
    /// The function.
    pub function: Function,
}

impl Tool {
    /// Creates a tool from a function's name, its description for the model, and the JSON schema of its parameters.
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

/// The description of a function for the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// The name: letters, digits, `_` and `-`.
    pub name: String,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The JSON schema of the parameters, an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
    /// Whether the service enforces the schema, if it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
}

/// Whether the model calls functions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model decides.
    Auto,
    /// No function is called.
    None,
    /// At least one function is called.
    Required,
    /// The function of this name is called.
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

/// A function call that the model requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The id to return with the result: [`Message::tool`](super::Message::tool). Services that send numbers or no id are
    /// covered: it is always text.
    #[serde(default, deserialize_with = "id")]
    pub id: String,
    /// `function`.
    #[serde(default = "function", deserialize_with = "kind")]
    pub r#type: String,
    /// The function's name and arguments.
    pub function: FunctionCall,
}

/// A function's name and arguments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionCall {
    /// The name.
    pub name: String,
    /// The arguments as JSON, as the model wrote them: possibly invalid.
    pub arguments: String,
}

impl FunctionCall {
    /// Parses the arguments as your own type.
    ///
    /// # Errors
    ///
    /// Returns an error if the arguments do not match the type.
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
            /// Another name of the arguments, used by some services.
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

/// Deserializes a list of calls, a single call, or null.
pub(super) fn calls<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ToolCall>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Vec::new()),
        list @ Value::Array(_) => serde_json::from_value(list),
        call => serde_json::from_value(call).map(|call| vec![call]),
    }
    .map_err(D::Error::custom)
}

/// Deserializes an id that is a text or a number.
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
