use super::{body::Body, provider_request::ProviderRequest};
use crate::InferenceError;

/// `{model, prompt, response_format, …parameters}`.
pub(super) fn image(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    members.insert("model".to_owned(), asked.id().into());
    members.insert("prompt".to_owned(), asked.text()?.into());
    members.insert("response_format".to_owned(), "b64_json".into());
    Ok(members.into())
}
