//! The endpoint of a provider: behind Hugging Face's router with its token, or direct with the provider's own key.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::{RequestBuilder, Url};
use serde_json::Value;

use super::body::Body;
use crate::{
    ErrorKind, InferenceError,
    backend::{
        StreamingResponse,
        http::{Credential, HttpResponse, Transport},
    },
};

/// A path below the base URL of a provider, and a query parameter.
#[derive(Debug, PartialEq)]
pub(super) struct ResourcePath {
    pub(super) path: String,
    pub(super) query: Option<(&'static str, String)>,
}

impl ResourcePath {
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            query: None,
        }
    }

    /// Returns the path of a URL. Its host is ignored: a key is sent only to the base URL that it is for.
    pub(super) fn from_url(url: &Value) -> Option<Self> {
        let url = Url::parse(url.as_str()?).ok()?;
        Some(Self::new(url.path()))
    }
}

/// The base URL of a provider, and the one credential that may be sent there.
pub(super) struct ProviderEndpoint<'c> {
    pub(super) transport: &'c Transport,
    pub(super) credential: &'c Credential,
    /// The prefix of the provider's own paths.
    pub(super) base: Url,
    /// The query of every URL.
    pub(super) query: Option<&'static str>,
    /// The organisation that pays, for requests through the router.
    pub(super) bill_to: Option<(HeaderName, HeaderValue)>,
    /// The provider's name.
    pub(super) provider: &'static str,
    /// The provider's own headers.
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) accept: HeaderValue,
}

impl ProviderEndpoint<'_> {
    /// Sends a POST request and reads the complete response.
    pub(super) async fn post(
        &self,
        path: &str,
        body: Body,
    ) -> Result<HttpResponse, InferenceError> {
        let request = self.build_request(path, body);
        self.send(request).await
    }

    /// Sends a request for a streaming response.
    pub(super) async fn stream(
        &self,
        path: &str,
        body: Body,
    ) -> Result<StreamingResponse, InferenceError> {
        let request = self.build_request(path, body);
        let response = self.transport.stream(request, self.credential).await;
        let mut response = response.map_err(|error| self.with_provider(error))?;
        response
            .provider
            .get_or_insert_with(|| self.provider.to_owned());
        Ok(response)
    }

    /// Sends a GET request.
    pub(super) async fn get(
        &self,
        resource: &ResourcePath,
    ) -> Result<HttpResponse, InferenceError> {
        let mut url = self.url(&resource.path);
        if let Some((name, value)) = &resource.query {
            url.query_pairs_mut().append_pair(name, value);
        }
        let request = self.transport.request(Method::GET, url);
        self.send(request.headers(self.headers())).await
    }

    /// Returns the error for a job that failed at the provider.
    pub(super) fn job_failed(&self, message: Option<&str>) -> InferenceError {
        let error = self.with_provider(InferenceError::new(
            ErrorKind::ServiceFailed,
            "the provider failed to generate the output",
        ));
        match message {
            Some(message) => error.with_upstream(&self.credential.redact(message)),
            None => error,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<HttpResponse, InferenceError> {
        let response = self.transport.send(request, self.credential).await;
        let mut response = response.map_err(|error| self.with_provider(error))?;
        response
            .meta
            .provider
            .get_or_insert_with(|| self.provider.to_owned());
        Ok(response)
    }

    fn build_request(&self, path: &str, body: Body) -> RequestBuilder {
        self.transport
            .request(Method::POST, self.url(path))
            .headers(self.headers())
            .header(header::CONTENT_TYPE, body.content_type)
            .body(body.bytes)
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url.set_query(self.query);
        url
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::ACCEPT, self.accept.clone());
        headers.extend(self.bill_to.clone());
        for (name, value) in self.headers {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        headers
    }

    fn with_provider(&self, error: InferenceError) -> InferenceError {
        match error.provider() {
            Some(_) => error,
            None => error.with_provider(self.provider),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ResourcePath;

    #[test]
    fn the_host_of_a_url_is_ignored() {
        let resource = ResourcePath::from_url(&json!("https://evil.example/a/../b/c?d=e"));
        assert_eq!(resource, Some(ResourcePath::new("/b/c")));
        assert_eq!(ResourcePath::from_url(&json!("/a/b")), None);
        assert_eq!(ResourcePath::from_url(&json!(3)), None);
    }
}
