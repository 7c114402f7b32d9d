//! Where a question goes.

use reqwest::Url;

use crate::{InferenceError, backend::http::Endpoint};

/// Where the endpoints are.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) project: String,
    pub(super) location: String,
}

impl Place {
    /// Google's own address for the location.
    pub(super) fn address(&self) -> String {
        match self.location.as_str() {
            "global" => "https://aiplatform.googleapis.com".to_owned(),
            location => format!("https://{location}-aiplatform.googleapis.com"),
        }
    }

    /// `…/endpoints/{endpoint}:{method}`.
    pub(super) fn predict(
        &self,
        remote: &Endpoint,
        endpoint: &str,
        method: &str,
    ) -> Result<Url, InferenceError> {
        check(endpoint).map_err(|wrong| remote.unfit(wrong))?;
        Ok(self.endpoint(remote, "v1", &format!("{endpoint}:{method}"), &[]))
    }

    /// The chat of a model that Google serves, or of an endpoint: the address and the model's name in the body.
    pub(super) fn chat<'m>(&self, remote: &Endpoint, model: &'m str) -> (Url, &'m str) {
        const CHAT: [&str; 2] = ["chat", "completions"];
        if model.contains('/') {
            (self.endpoint(remote, "v1beta1", "openapi", &CHAT), model)
        } else {
            (self.endpoint(remote, "v1beta1", model, &CHAT), "")
        }
    }

    fn endpoint(&self, remote: &Endpoint, version: &str, endpoint: &str, rest: &[&str]) -> Url {
        let path = [
            version,
            "projects",
            &self.project,
            "locations",
            &self.location,
            "endpoints",
            endpoint,
        ];
        remote.url([path.as_slice(), rest].concat())
    }
}

/// Checks that a name is the id of an endpoint.
///
/// # Errors
///
/// A sentence that says how to write it.
pub(super) fn check(endpoint: &str) -> Result<(), String> {
    if endpoint.is_empty() || endpoint.contains('/') {
        return Err(format!(
            "`{endpoint}` is no endpoint's id; help: write the id alone, or ask models that Google serves for `chat-completion`"
        ));
    }
    Ok(())
}
