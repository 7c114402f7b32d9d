use super::{
    body::{self, Body},
    provider_request::ProviderRequest,
};
use crate::InferenceError;

/// `{model, prompt, response_format, size, …parameters}`, without parameters that nscale refuses.
pub(super) fn text_to_image(request: &ProviderRequest<'_>) -> Result<Body, InferenceError> {
    let mut members = request.parameters();
    if let Some(size) = body::take_size(&mut members) {
        members.insert("size".to_owned(), size.into());
    }
    members.remove("num_inference_steps");
    members.remove("cfg_scale");
    members.insert("model".to_owned(), request.id().into());
    members.insert("prompt".to_owned(), request.text()?.into());
    members.insert("response_format".to_owned(), "b64_json".into());
    Ok(members.into())
}
