//! Request bodies that several providers accept.

use serde_json::json;

use super::{
    body::{Body, Members, rename},
    multipart,
    provider_request::ProviderRequest,
};
use crate::InferenceError;

/// `{prompt, …parameters}`.
pub(super) fn prompt(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    members.insert("prompt".to_owned(), request.text()?.into());
    Ok(members.into())
}

/// A text to complete, in OpenAI's form: `{model, prompt, max_tokens, …parameters, stream}`.
pub(super) fn completion(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    rename(&mut members, "max_new_tokens", "max_tokens");
    members.insert("model".to_owned(), request.id().into());
    members.insert("prompt".to_owned(), request.text()?.into());
    members.insert("stream".to_owned(), request.stream.into());
    Ok(members.into())
}

/// A text to complete, for a provider that has only chat.
pub(super) fn completion_as_chat(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    rename(&mut members, "max_new_tokens", "max_tokens");
    let messages = json!([{"role": "user", "content": request.text()?}]);
    members.insert("model".to_owned(), request.id().into());
    members.insert("messages".to_owned(), messages);
    members.insert("stream".to_owned(), request.stream.into());
    Ok(members.into())
}

/// `{model, input, …parameters}`, for embeddings and for speech.
pub(super) fn input(request: &ProviderRequest<'_>) -> Result<Members, InferenceError> {
    let mut members = request.parameters();
    members.insert("model".to_owned(), request.id().into());
    members.insert("input".to_owned(), request.text()?.into());
    Ok(members)
}

/// A text to embed.
pub(super) fn embedding(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    input(request).map(Body::from)
}

/// A text to speak. The response is the audio itself.
pub(super) fn speech(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    input(request).map(Body::from)
}

/// Audio to transcribe: a form with the file, the parameters and the model.
pub(super) fn transcription(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut fields = request.parameters();
    fields.insert("model".to_owned(), request.id().into());
    Ok(multipart::write(request.media()?, &fields))
}
