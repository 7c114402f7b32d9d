//! The endpoint of a service: its address, credential and transport.

use std::fmt;

use http::{HeaderValue, Method, header};
use reqwest::{RequestBuilder, Url};

use super::{Credential, Form, HttpResponse, ServiceKind, Transport};
use crate::{ErrorKind, InferenceError, backend::StreamingResponse};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// An endpoint, or one sentence with the missing setting.
pub(crate) struct ConfiguredEndpoint(Result<Endpoint, String>);

impl ConfiguredEndpoint {
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        Self(Ok(endpoint))
    }

    /// Creates an endpoint that cannot be used, with the reason.
    pub(crate) fn not_configured(reason: String) -> Self {
        Self(Err(reason))
    }

    /// Returns the endpoint.
    ///
    /// # Errors
    ///
    /// [`NotConfigured`](ErrorKind::NotConfigured), with the missing setting.
    pub(crate) fn get(&self) -> Result<&Endpoint, InferenceError> {
        self.0
            .as_ref()
            .map_err(|missing| InferenceError::new(ErrorKind::NotConfigured, missing))
    }

    /// Returns the host, if the endpoint is configured.
    pub(crate) fn host(&self) -> Option<&str> {
        self.0.as_ref().ok()?.base.host_str()
    }
}

impl fmt::Debug for ConfiguredEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(endpoint) => endpoint.fmt(f),
            Err(missing) => missing.fmt(f),
        }
    }
}

/// The address of a service, with its credential and transport.
pub(crate) struct Endpoint {
    pub(super) kind: &'static ServiceKind,
    pub(super) transport: Transport,
    pub(super) base: Url,
    pub(super) credential: Credential,
}

impl Endpoint {
    /// Returns the base URL.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Returns a URL below the base: its path, then these segments, percent-encoded.
    pub(crate) fn url<'s>(&self, segments: impl IntoIterator<Item = &'s str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Builds a POST request with a JSON body.
    pub(crate) fn post(&self, url: Url, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.transport
            .request(Method::POST, url)
            .header(header::CONTENT_TYPE, JSON)
            .body(body)
    }

    /// Builds a POST request with a multipart form.
    pub(crate) fn post_form(&self, url: Url, form: Form) -> RequestBuilder {
        let (media_type, body) = form.write();
        self.transport
            .request(Method::POST, url)
            .header(header::CONTENT_TYPE, media_type)
            .body(body)
    }

    /// Builds a GET request.
    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.transport.request(Method::GET, url)
    }

    /// Sends a request for JSON, with the endpoint's own credential.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
    ) -> Result<HttpResponse, InferenceError> {
        self.send_accepting(JSON, request).await
    }

    /// Sends a request for another media type.
    pub(crate) async fn send_accepting(
        &self,
        accept: HeaderValue,
        request: RequestBuilder,
    ) -> Result<HttpResponse, InferenceError> {
        let request = request.header(header::ACCEPT, accept);
        self.transport.send(request, &self.credential).await
    }

    /// Sends a request for JSON, with another credential.
    pub(crate) async fn send_with(
        &self,
        credential: &Credential,
        request: RequestBuilder,
    ) -> Result<HttpResponse, InferenceError> {
        let request = request.header(header::ACCEPT, JSON);
        self.transport.send(request, credential).await
    }

    /// Sends a request for server-sent events, with another credential.
    pub(crate) async fn stream_with(
        &self,
        credential: &Credential,
        request: RequestBuilder,
    ) -> Result<StreamingResponse, InferenceError> {
        let request = request.header(header::ACCEPT, EVENTS);
        self.transport.stream(request, credential).await
    }

    /// Sends a request for server-sent events, with the endpoint's own credential.
    pub(crate) async fn stream(
        &self,
        request: RequestBuilder,
    ) -> Result<StreamingResponse, InferenceError> {
        self.stream_with(&self.credential, request).await
    }

    /// Returns the error for a task that the service does not support.
    pub(crate) fn unsupported(&self, task: &str, tasks: &[&str]) -> InferenceError {
        self.kind.unsupported(task, tasks)
    }

    /// Returns the error for a request that the service's protocol cannot express.
    pub(crate) fn unsupported_request(&self, reason: impl fmt::Display) -> InferenceError {
        self.kind.unsupported_request(reason)
    }

    /// Returns the error for input that no model of the service accepts: the caller's fault.
    pub(crate) fn invalid(&self, reason: impl fmt::Display) -> InferenceError {
        InferenceError::new(ErrorKind::InvalidInput, reason.to_string())
    }

    /// Returns the error for a response that does not follow the service's protocol.
    pub(crate) fn unexpected(&self, reason: impl fmt::Display) -> InferenceError {
        InferenceError::new(
            ErrorKind::UnexpectedOutput,
            format!("{} returned {reason}", self.kind.name),
        )
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("base", &self.base.as_str())
            .field("credential", &self.credential)
            .field("max_response_bytes", &self.transport.max_response_bytes())
            .finish_non_exhaustive()
    }
}
