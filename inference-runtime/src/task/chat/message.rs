use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

use super::tool::{self, ToolCall};
use crate::task::Media;

/// The author of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// The program, with instructions for the model.
    System,
    /// Like `System`, for newer models.
    Developer,
    /// The user.
    #[default]
    User,
    /// The model.
    Assistant,
    /// A function that the model called, which returns its result.
    Tool,
}

/// A message of a conversation.
///
/// Its JSON is that of the wire format, so that a browser can send a conversation as a list of messages.
///
/// ```
/// use inference_runtime::task::Message;
///
/// let messages = vec![
///     Message::system("You answer in one word."),
///     Message::user("The capital of Peru?"),
/// ];
/// assert_eq!(
///     serde_json::to_value(&messages[1]).expect("JSON"),
///     serde_json::json!({"role": "user", "content": "The capital of Peru?"}),
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// The author's role.
    pub role: Role,
    /// The content; `None` in a message that only calls functions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// The author's name, to distinguish several with the same role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The function calls that the model requests.
    #[serde(
        default,
        deserialize_with = "tool::calls",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub tool_calls: Vec<ToolCall>,
    /// The id of the call whose result this is.
    #[serde(
        default,
        deserialize_with = "tool::optional_id",
        skip_serializing_if = "Option::is_none"
    )]
    pub tool_call_id: Option<String>,
}

impl Message {
    fn new(role: Role, content: impl Into<Content>) -> Self {
        Self {
            role,
            content: Some(content.into()),
            ..Self::default()
        }
    }

    /// Creates a system message: instructions for the model.
    #[must_use]
    pub fn system(content: impl Into<Content>) -> Self {
        Self::new(Role::System, content)
    }

    /// Creates a user message: text, or [parts](Part) with images.
    #[must_use]
    pub fn user(content: impl Into<Content>) -> Self {
        Self::new(Role::User, content)
    }

    /// Creates a message of the model.
    #[must_use]
    pub fn assistant(content: impl Into<Content>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// Creates a message with the result of a function call.
    #[must_use]
    pub fn tool(tool_call_id: impl Into<String>, content: impl Into<Content>) -> Self {
        Self {
            tool_call_id: Some(tool_call_id.into()),
            ..Self::new(Role::Tool, content)
        }
    }

    /// Sets the author's name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Returns the text of the message, concatenated from its parts; empty if there is none.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &self.content {
            None => Cow::Borrowed(""),
            Some(Content::Text(text)) => Cow::Borrowed(text),
            Some(Content::Parts(parts)) => parts
                .iter()
                .filter_map(|part| match part {
                    Part::Text { text } => Some(text.as_str()),
                    Part::ImageUrl { .. } => None,
                })
                .collect::<String>()
                .into(),
        }
    }
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// Text.
    Text(String),
    /// Text and images.
    Parts(Vec<Part>),
}

// Implemented by hand: serde's errors for untagged enums are not specific.
impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            parts @ Value::Array(_) => serde_json::from_value(parts)
                .map(Self::Parts)
                .map_err(D::Error::custom),
            _ => Err(D::Error::custom("expected text or a list of parts")),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Content {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<Part>> for Content {
    fn from(parts: Vec<Part>) -> Self {
        Self::Parts(parts)
    }
}

impl<const N: usize> From<[Part; N]> for Content {
    fn from(parts: [Part; N]) -> Self {
        Self::Parts(parts.into())
    }
}

/// A part of a message.
///
/// ```
/// use inference_runtime::task::{Media, Message, Part};
///
/// let photo = Media::new(&b"..."[..], "image/jpeg");
/// let message = Message::user([Part::text("What is this?"), Part::image(&photo)]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// An image.
    ImageUrl {
        /// The image.
        image_url: ImageUrl,
    },
}

impl Part {
    /// Creates a part of text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// Creates a part of an image, which is sent as a data URL.
    #[must_use]
    pub fn image(image: &Media) -> Self {
        Self::image_url(image.to_data_url())
    }

    /// Creates a part of an image that the service fetches from this URL. This process does not fetch it.
    #[must_use]
    pub fn image_url(url: impl Into<String>) -> Self {
        Self::ImageUrl {
            image_url: ImageUrl {
                url: url.into(),
                detail: None,
            },
        }
    }
}

/// The URL of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageUrl {
    /// A URL, or a data URL.
    pub url: String,
    /// The resolution at which the model processes it, as the service names it: `low`, `high`, `auto`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
