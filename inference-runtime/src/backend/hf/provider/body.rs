//! The body of a request to a provider.

use bytes::Bytes;
use http::HeaderValue;
use serde_json::{Map, Value};

/// A body and its media type.
pub(in crate::backend::hf) struct Body {
    pub(in crate::backend::hf) bytes: Bytes,
    pub(in crate::backend::hf) content_type: HeaderValue,
}

/// The members of a JSON body or of a form: the parameters, and what a provider wants beside them.
pub(super) type Members = Map<String, Value>;

impl Body {
    /// Creates a body from JSON text.
    pub(in crate::backend::hf) fn json(text: impl Into<Bytes>) -> Self {
        Self {
            bytes: text.into(),
            content_type: HeaderValue::from_static("application/json"),
        }
    }
}

impl From<Members> for Body {
    fn from(members: Members) -> Self {
        Self::json(Value::Object(members).to_string())
    }
}

/// Renames a parameter to its name at the provider.
pub(super) fn rename(members: &mut Members, from: &str, to: &str) {
    if let Some(value) = members.remove(from) {
        members.insert(to.to_owned(), value);
    }
}

/// Takes `width` and `height` out and returns them as `WxH`, if both are set.
pub(super) fn take_size(members: &mut Members) -> Option<String> {
    let size = format!("{}x{}", members.get("width")?, members.get("height")?);
    members.remove("width");
    members.remove("height");
    Some(size)
}

/// Returns the value of `Accept` for a task. Image tasks name a format: some models would send images in JSON otherwise.
pub(in crate::backend::hf) fn accept(task: &str, stream: bool) -> HeaderValue {
    const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
    const PNG: HeaderValue = HeaderValue::from_static("image/png");
    const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    match task {
        _ if stream => EVENTS,
        "text-to-image" | "image-to-image" => PNG,
        "text-to-speech" | "text-to-video" | "image-to-video" | "audio-to-audio" => ANYTHING,
        _ => JSON,
    }
}
