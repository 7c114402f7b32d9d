//! Questions, in the forms that several providers take.

use bytes::Bytes;
use http::HeaderValue;
use serde_json::{Map, Value, json};

use super::{multipart, provider_request::ProviderRequest};
use crate::InferenceError;

/// A body and what it is.
pub(in crate::backend::hf) struct Body {
    pub(in crate::backend::hf) bytes: Bytes,
    pub(in crate::backend::hf) content_type: HeaderValue,
}

/// Writes a question.
pub(super) type Write = fn(&ProviderRequest<'_>) -> Result<Body, InferenceError>;

/// What stands in a question besides the parameters, or in place of one of them.
pub(super) type Members = Map<String, Value>;

impl Body {
    /// A body that is JSON already.
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

/// Gives a parameter the name that it has at the provider.
pub(super) fn rename(members: &mut Members, from: &str, to: &str) {
    if let Some(value) = members.remove(from) {
        members.insert(to.to_owned(), value);
    }
}

/// Two parameters that make a picture's size, where both are there: `WxH`.
pub(super) fn size(members: &mut Members) -> Option<String> {
    let size = format!("{}x{}", members.get("width")?, members.get("height")?);
    members.remove("width");
    members.remove("height");
    Some(size)
}

/// `{prompt, …parameters}`.
pub(super) fn prompt(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    members.insert("prompt".to_owned(), asked.text()?.into());
    Ok(members.into())
}

/// A text to go on with, in OpenAI's form: `{model, prompt, max_tokens, …parameters, stream}`.
pub(super) fn completion(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    rename(&mut members, "max_new_tokens", "max_tokens");
    members.insert("model".to_owned(), asked.id().into());
    members.insert("prompt".to_owned(), asked.text()?.into());
    members.insert("stream".to_owned(), asked.stream.into());
    Ok(members.into())
}

/// The same for a provider that has nothing but a chat.
pub(super) fn completion_as_chat(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    rename(&mut members, "max_new_tokens", "max_tokens");
    let messages = json!([{"role": "user", "content": asked.text()?}]);
    members.insert("model".to_owned(), asked.id().into());
    members.insert("messages".to_owned(), messages);
    members.insert("stream".to_owned(), asked.stream.into());
    Ok(members.into())
}

/// `{model, input, …parameters}`, for embeddings and for speech.
pub(super) fn input(asked: &ProviderRequest<'_>) -> Result<Members, InferenceError> {
    let mut members = asked.parameters();
    members.insert("model".to_owned(), asked.id().into());
    members.insert("input".to_owned(), asked.text()?.into());
    Ok(members)
}

/// A text to be made a vector of.
pub(super) fn embedding(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    input(asked).map(Body::from)
}

/// A text to be spoken. What comes back is the sound itself.
pub(super) fn speech(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    input(asked).map(Body::from)
}

/// A sound to be written down: a form with the file, the parameters and the model.
pub(super) fn transcription(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut fields = asked.parameters();
    fields.insert("model".to_owned(), asked.id().into());
    Ok(multipart::write(asked.media()?, &fields))
}
