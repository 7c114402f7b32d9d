//! A service at an address, with what it takes to ask it.

use std::fmt;

use http::{HeaderValue, Method, header};
use reqwest::{RequestBuilder, Url};

use super::{Answer, Credential, Form, Kind, Transport};
use crate::{ErrorKind, InferenceError, backend::StreamingResponse};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// A service, or one sentence that says what is missing to ask it.
pub(crate) struct ConfiguredEndpoint(Result<Endpoint, String>);

impl ConfiguredEndpoint {
    pub(crate) fn there(remote: Endpoint) -> Self {
        Self(Ok(remote))
    }

    pub(crate) fn missing(why: String) -> Self {
        Self(Err(why))
    }

    /// # Errors
    ///
    /// [`NotConfigured`](ErrorKind::NotConfigured) with what to set.
    pub(crate) fn get(&self) -> Result<&Endpoint, InferenceError> {
        self.0
            .as_ref()
            .map_err(|missing| InferenceError::new(ErrorKind::NotConfigured, missing))
    }
}

impl ConfiguredEndpoint {
    /// The host, where there is one to ask.
    pub(crate) fn host(&self) -> Option<&str> {
        self.0.as_ref().ok()?.base.host_str()
    }
}

impl fmt::Debug for ConfiguredEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(remote) => remote.fmt(f),
            Err(missing) => missing.fmt(f),
        }
    }
}

/// A service at an address.
pub(crate) struct Endpoint {
    pub(super) kind: &'static Kind,
    pub(super) channel: Transport,
    pub(super) base: Url,
    pub(super) credential: Credential,
}

impl Endpoint {
    /// The base URL.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// An address below the base: these segments, encoded, behind its path.
    pub(crate) fn url<'s>(&self, segments: impl IntoIterator<Item = &'s str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// A question in JSON.
    pub(crate) fn post(&self, url: Url, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.channel
            .request(Method::POST, url)
            .header(header::CONTENT_TYPE, JSON)
            .body(body)
    }

    /// A form with a file.
    pub(crate) fn post_form(&self, url: Url, form: Form) -> RequestBuilder {
        let (media_type, body) = form.write();
        self.channel
            .request(Method::POST, url)
            .header(header::CONTENT_TYPE, media_type)
            .body(body)
    }

    /// A question without a body.
    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.channel.request(Method::GET, url)
    }

    /// Asks for JSON, with the service's own credential.
    pub(crate) async fn ask(&self, question: RequestBuilder) -> Result<Answer, InferenceError> {
        self.ask_for(JSON, question).await
    }

    /// Asks for an answer of another type.
    pub(crate) async fn ask_for(
        &self,
        accept: HeaderValue,
        question: RequestBuilder,
    ) -> Result<Answer, InferenceError> {
        let question = question.header(header::ACCEPT, accept);
        self.channel.ask(question, &self.credential).await
    }

    /// Asks for JSON, with a credential that has come by another way.
    pub(crate) async fn ask_as(
        &self,
        credential: &Credential,
        question: RequestBuilder,
    ) -> Result<Answer, InferenceError> {
        let question = question.header(header::ACCEPT, JSON);
        self.channel.ask(question, credential).await
    }

    /// Asks for server-sent events, with a credential that has come by another way.
    pub(crate) async fn stream_as(
        &self,
        credential: &Credential,
        question: RequestBuilder,
    ) -> Result<StreamingResponse, InferenceError> {
        let question = question.header(header::ACCEPT, EVENTS);
        self.channel.stream(question, credential).await
    }

    /// Asks for server-sent events, with the service's own credential.
    pub(crate) async fn stream(
        &self,
        question: RequestBuilder,
    ) -> Result<StreamingResponse, InferenceError> {
        self.stream_as(&self.credential, question).await
    }

    /// The error for a task that it cannot do.
    pub(crate) fn unsupported(&self, task: &str, tasks: &[&str]) -> InferenceError {
        self.kind.unsupported(task, tasks)
    }

    /// The error for an input that cannot be put into the service's form.
    pub(crate) fn unfit(&self, what: impl fmt::Display) -> InferenceError {
        self.kind.unfit(what)
    }

    /// The error for what no model there could answer: the caller's fault.
    pub(crate) fn invalid(&self, what: impl fmt::Display) -> InferenceError {
        InferenceError::new(ErrorKind::InvalidInput, what.to_string())
    }

    /// The error for an answer that is none of the service's.
    pub(crate) fn unexpected(&self, what: impl fmt::Display) -> InferenceError {
        InferenceError::new(
            ErrorKind::UnexpectedOutput,
            format!("{} answered with {what}", self.kind.name),
        )
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("base", &self.base.as_str())
            .field("credential", &self.credential)
            .field("max_response_bytes", &self.channel.max_response_bytes())
            .finish_non_exhaustive()
    }
}
