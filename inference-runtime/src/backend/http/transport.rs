//! One request and its response, whatever the protocol.

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;

use super::{
    Credential, Hints, client,
    error::{ErrorContext, UpstreamError},
    headers::ResponseMeta,
    lenient_json,
};
use crate::{
    ErrorKind, InferenceError,
    backend::Response,
    net::{BodyError, read_body, read_start},
};

/// Most responses are small; a larger one is a mistake or an attack, unless the operator configures otherwise.
pub(crate) const MAX_RESPONSE_BYTES: usize = 32 << 20;

/// Enough for any error body that is meant to be read.
pub(super) const MAX_ERROR_BYTES: usize = 64 << 10;

/// Sends requests to a service, and turns failed responses into errors.
pub(crate) struct Transport {
    client: Client,
    max_response_bytes: usize,
    pub(super) hints: &'static Hints,
}

/// A successful response, read to its end.
pub(crate) struct HttpResponse {
    #[allow(dead_code, reason = "for services that use more of their headers")]
    pub(crate) headers: HeaderMap,
    pub(crate) meta: ResponseMeta,
    pub(crate) body: Bytes,
}

/// A successful response whose body has not been read yet.
pub(crate) struct OpenResponse {
    pub(crate) response: reqwest::Response,
    pub(crate) meta: ResponseMeta,
}

impl Transport {
    /// Creates a transport to this address.
    ///
    /// # Errors
    ///
    /// One sentence for the operator if TLS cannot be set up.
    pub(crate) fn new(
        base: &Url,
        max_response_bytes: usize,
        hints: &'static Hints,
    ) -> Result<Self, String> {
        Ok(Self {
            client: client::new(base)?,
            max_response_bytes,
            hints,
        })
    }

    /// Builds a request. It has no timeout of its own: the caller drops it at the deadline.
    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and reads the complete response.
    pub(crate) fn send<'c>(
        &'c self,
        request: RequestBuilder,
        credential: &'c Credential,
    ) -> impl Future<Output = Result<HttpResponse, InferenceError>> + Send + use<'c> {
        self.read(self.open(request, credential), credential)
    }

    async fn read(
        &self,
        opening: impl Future<Output = Result<OpenResponse, InferenceError>>,
        credential: &Credential,
    ) -> Result<HttpResponse, InferenceError> {
        let error_context = self.error_context(credential);
        let OpenResponse { mut response, meta } = opening.await?;
        let status = response.status();
        let body = match read_body(&mut response, self.max_response_bytes).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                return Err(error_context.too_large(self.max_response_bytes, meta));
            }
            Err(BodyError::Broken(cause)) => return Err(error_context.body_failed(cause, meta)),
        };
        let headers = std::mem::take(response.headers_mut());
        if meta.is_html() {
            return Err(error_context.html_page(&UpstreamError::from_body(&body, &headers), meta));
        }
        if let Some(upstream) = UpstreamError::in_success(&body) {
            return Err(error_context.error_response(status, &upstream, meta, &headers));
        }
        if credential.appears_in_bytes(&body) {
            return Err(error_context.leaks_credential(meta));
        }
        Ok(HttpResponse {
            headers,
            meta,
            body,
        })
    }

    /// Sends a request and returns the response when its headers have arrived. Every status but success is an error.
    pub(crate) fn open<'c>(
        &'c self,
        request: RequestBuilder,
        credential: &'c Credential,
    ) -> impl Future<Output = Result<OpenResponse, InferenceError>> + Send + use<'c> {
        let request = match credential.header() {
            Some(header) => request.header(header::AUTHORIZATION, header.clone()),
            None => request,
        };
        // The request is sent here, so that no future has to hold it.
        self.await_headers(request.send(), credential)
    }

    async fn await_headers(
        &self,
        sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
        credential: &Credential,
    ) -> Result<OpenResponse, InferenceError> {
        let error_context = self.error_context(credential);
        let response = sending
            .await
            .map_err(|cause| error_context.send_failed(cause))?;
        let meta = ResponseMeta::read(response.headers(), credential);
        if response.status().is_success() {
            return Ok(OpenResponse { response, meta });
        }
        Err(Box::pin(self.read_error(response, meta, credential)).await)
    }

    /// Reads an error response.
    async fn read_error(
        &self,
        mut response: reqwest::Response,
        meta: ResponseMeta,
        credential: &Credential,
    ) -> InferenceError {
        let body = read_start(&mut response, MAX_ERROR_BYTES).await;
        let upstream = UpstreamError::from_body(&body, response.headers());
        let (status, headers) = (response.status(), response.headers());
        self.error_context(credential)
            .error_response(status, &upstream, meta, headers)
    }

    /// Returns the context in which the errors of this service are created.
    pub(crate) fn error_context<'c>(&self, credential: &'c Credential) -> ErrorContext<'c> {
        ErrorContext {
            hints: self.hints,
            credential,
        }
    }

    /// Returns the maximum size of a response.
    pub(crate) fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }
}

impl HttpResponse {
    /// Returns the response unchanged.
    pub(crate) fn into_response(self) -> Response {
        let body = self.body.clone();
        self.with_body(body)
    }

    /// Parses the body as JSON. Bare `NaN`, `Infinity` and `-Infinity`, which servers in Python write for floats that JSON
    /// cannot represent, are read as null.
    pub(crate) fn json(&self) -> Result<Value, InferenceError> {
        serde_json::from_slice(&self.body)
            .or_else(|error| match lenient_json::replace_non_finite(&self.body) {
                Some(body) => serde_json::from_slice(&body),
                None => Err(error),
            })
            .map_err(|error| {
                let error = InferenceError::new(
                    ErrorKind::MalformedOutput,
                    "the response of the service is not JSON",
                )
                .with_source(error);
                match &self.meta.request_id {
                    Some(id) => error.with_request_id(id),
                    None => error,
                }
            })
    }

    /// Returns the response with a JSON body: the output of the task.
    pub(crate) fn with_json(self, output: &Value) -> Response {
        Response {
            media_type: Some("application/json".to_owned()),
            ..self.with_body(output.to_string())
        }
    }

    /// Returns the response with another body: the task's form of it.
    pub(crate) fn with_body(self, body: impl Into<Bytes>) -> Response {
        Response {
            media_type: self.meta.media_type,
            provider: self.meta.provider,
            request_id: self.meta.request_id,
            usage: self.meta.usage,
            ..Response::new(body)
        }
    }
}
