//! Where a question goes.

use reqwest::Url;

use crate::{InferenceError, backend::http::Endpoint};

/// `POST /v2/models/{name}[/versions/{v}]/infer`.
pub(super) fn infer(remote: &Endpoint, model: &str) -> Result<Url, InferenceError> {
    of_model(remote, model, &["infer"])
}

/// `GET /v2/models/{name}[/versions/{v}]`.
pub(super) fn metadata(remote: &Endpoint, model: &str) -> Result<Url, InferenceError> {
    of_model(remote, model, &[])
}

/// `GET /v2/models/{name}[/versions/{v}]/ready`.
pub(super) fn ready(remote: &Endpoint, model: &str) -> Result<Url, InferenceError> {
    of_model(remote, model, &["ready"])
}

fn of_model(remote: &Endpoint, model: &str, rest: &[&str]) -> Result<Url, InferenceError> {
    let parts = parts(model).map_err(|wrong| remote.unfit(wrong))?;
    let path = [&["v2", "models"], parts.as_slice(), rest].concat();
    Ok(remote.url(path))
}

/// Checks that a model's name has one of the forms that can be asked.
///
/// # Errors
///
/// A sentence with the forms.
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
            "`{model}` names no model; help: write `name` or `name/versions/3`"
        ))
    }
}
