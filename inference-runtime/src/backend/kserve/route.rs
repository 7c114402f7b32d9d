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
    let parts: Vec<&str> = model.split('/').collect();
    let well_formed = matches!(parts.as_slice(), [_] | [_, "versions", _])
        && parts.iter().all(|part| !part.is_empty());
    if !well_formed {
        return Err(remote.unfit(format_args!(
            "`{model}` names no model; help: write `name` or `name/versions/3`"
        )));
    }
    let path = [&["v2", "models"], parts.as_slice(), rest].concat();
    Ok(remote.url(path))
}
