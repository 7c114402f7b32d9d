use bytes::Bytes;

use crate::answer::Usage;

/// A backend's response: the model's answer in the wire form of Hugging Face's pipeline, and its origin.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Response {
    /// The complete body.
    pub body: Bytes,
    /// Its media type, if the service sent one.
    pub media_type: Option<String>,
    /// The model that answered, if the service reports it.
    pub model: Option<String>,
    /// The provider that answered, where the backend routes to several.
    pub provider: Option<String>,
    /// The request id that the service assigned.
    pub request_id: Option<String>,
    /// The number of tokens, if the service reports it.
    pub usage: Option<Usage>,
}

impl Response {
    /// Creates a response with this body.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..Self::default()
        }
    }

    /// Creates a response with a JSON body.
    #[must_use]
    pub fn json(value: &serde_json::Value) -> Self {
        Self {
            media_type: Some("application/json".to_owned()),
            ..Self::new(value.to_string())
        }
    }
}

impl From<serde_json::Value> for Response {
    fn from(value: serde_json::Value) -> Self {
        Self::json(&value)
    }
}
