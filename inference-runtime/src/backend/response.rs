use bytes::Bytes;

use crate::answer::Usage;

/// What a backend gives back: the model's answer in the wire form of Hugging Face's pipeline, and where it came from.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Response {
    /// The body, whole.
    pub body: Bytes,
    /// Its media type, where the service named one.
    pub media_type: Option<String>,
    /// The model that answered, where the service says so.
    pub model: Option<String>,
    /// The provider that answered, where the backend routes to several.
    pub provider: Option<String>,
    /// The id the service gave the request.
    pub request_id: Option<String>,
    /// What it counted.
    pub usage: Option<Usage>,
}

impl Response {
    /// An answer with this body.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..Self::default()
        }
    }

    /// An answer in JSON.
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
