//! The URLs of requests.

use reqwest::Url;

use crate::{InferenceError, backend::http::Endpoint};

/// `POST /v2/models/{name}[/versions/{v}]/infer`.
pub(super) fn infer(endpoint: &Endpoint, model: &str) -> Result<Url, InferenceError> {
    model_url(endpoint, model, &["infer"])
}

/// `GET /v2/models/{name}[/versions/{v}]`.
pub(super) fn metadata(endpoint: &Endpoint, model: &str) -> Result<Url, InferenceError> {
    model_url(endpoint, model, &[])
}

/// `GET /v2/models/{name}[/versions/{v}]/ready`.
pub(super) fn ready(endpoint: &Endpoint, model: &str) -> Result<Url, InferenceError> {
    model_url(endpoint, model, &["ready"])
}

fn model_url(endpoint: &Endpoint, model: &str, rest: &[&str]) -> Result<Url, InferenceError> {
    let parts = parts(model).map_err(|wrong| endpoint.unsupported_request(wrong))?;
    let path = [&["v2", "models"], parts.as_slice(), rest].concat();
    Ok(endpoint.url(path))
}

/// Checks that a model's name has a valid form.
///
/// # Errors
///
/// Returns a sentence with the valid forms.
pub(super) fn check(model: &str) -> Result<(), String> {
    parts(model).map(|_| ())
}

fn parts(model: &str) -> Result<Vec<&str>, String> {
    let parts: Vec<&str> = model.split('/').collect();
    let well_formed = matches!(parts.as_slice(), [_] | [_, "versions", _])
        && parts.iter().all(|part| !part.is_empty());
    if well_formed {
        Ok(parts)
    } else {
        Err(format!(
            "`{model}` is not the name of a model; help: write `name` or `name/versions/3`"
        ))
    }
}
