use super::{
    body::{self, Body},
    provider_request::ProviderRequest,
};
use crate::InferenceError;

/// `{model, prompt, response_format, size, …parameters}`, without what it refuses.
pub(super) fn image(asked: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = asked.parameters();
    if let Some(size) = body::size(&mut members) {
        members.insert("size".to_owned(), size.into());
    }
    members.remove("num_inference_steps");
    members.remove("cfg_scale");
    members.insert("model".to_owned(), asked.id().into());
    members.insert("prompt".to_owned(), asked.text()?.into());
    members.insert("response_format".to_owned(), "b64_json".into());
    Ok(members.into())
}
