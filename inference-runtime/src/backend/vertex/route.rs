//! The URLs of requests.

use reqwest::Url;

use crate::{InferenceError, backend::http::Endpoint};

/// The project and the location of endpoints.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) project: String,
    pub(super) location: String,
}

impl Location {
    /// Returns Google's base URL for the location.
    pub(super) fn base_url(&self) -> String {
        match self.location.as_str() {
            "global" => "https://aiplatform.googleapis.com".to_owned(),
            location => format!("https://{location}-aiplatform.googleapis.com"),
        }
    }

    /// Returns `…/endpoints/{id}:{method}`.
    pub(super) fn predict(
        &self,
        endpoint: &Endpoint,
        id: &str,
        method: &str,
    ) -> Result<Url, InferenceError> {
        check(id).map_err(|wrong| endpoint.unsupported_request(wrong))?;
        Ok(self.url(endpoint, "v1", &format!("{id}:{method}"), &[]))
    }

    /// Returns the URL for the chat of an endpoint or of a model that Google serves, and the model's name in the body.
    pub(super) fn chat<'m>(&self, endpoint: &Endpoint, model: &'m str) -> (Url, &'m str) {
        const CHAT: [&str; 2] = ["chat", "completions"];
        if model.contains('/') {
            (self.url(endpoint, "v1beta1", "openapi", &CHAT), model)
        } else {
            (self.url(endpoint, "v1beta1", model, &CHAT), "")
        }
    }

    fn url(&self, endpoint: &Endpoint, version: &str, id: &str, rest: &[&str]) -> Url {
        let path = [
            version,
            "projects",
            &self.project,
            "locations",
            &self.location,
            "endpoints",
            id,
        ];
        endpoint.url([path.as_slice(), rest].concat())
    }
}

/// Checks that a name is the id of an endpoint.
///
/// # Errors
///
/// Returns a sentence with the valid form.
pub(super) fn check(id: &str) -> Result<(), String> {
    if id.is_empty() || id.contains('/') {
        return Err(format!(
            "`{id}` is not the id of an endpoint; help: write only the id; models that Google serves are for `chat-completion`"
        ));
    }
    Ok(())
}
