use super::{body::Body, provider_request::ProviderRequest};
use crate::InferenceError;

/// `{model, prompt, response_format, …parameters}`.
pub(super) fn text_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    members.insert("model".to_owned(), request.id().into());
    members.insert("prompt".to_owned(), request.text()?.into());
    members.insert("response_format".to_owned(), "b64_json".into());
    Ok(members.into())
}
