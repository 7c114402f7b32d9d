//! Streaming responses.

use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use reqwest::RequestBuilder;

use super::{
    Credential, Hints, Transport,
    error::{ErrorContext, UpstreamError},
    headers::ResponseMeta,
    transport::{MAX_ERROR_BYTES, OpenResponse},
};
use crate::{
    InferenceError,
    backend::{StreamingResponse, openai_wire},
    net::read_start,
};

impl Transport {
    /// Requests server-sent events in the frames of OpenAI or text-generation-inference, and returns their chunks. Dropping
    /// them closes the connection.
    pub(crate) async fn stream(
        &self,
        request: RequestBuilder,
        credential: &Credential,
    ) -> Result<StreamingResponse, InferenceError> {
        let OpenResponse { response, meta } = self.open(request, credential).await?;
        if !openai_wire::is_event_stream(meta.media_type.as_deref()) {
            return Err(self.not_a_stream(response, meta, credential).await);
        }
        let provider = meta.provider.clone();
        let errors = StreamErrors {
            hints: self.hints,
            credential: credential.clone(),
            meta,
        };
        let body_errors = errors.clone();
        let body = response
            .bytes_stream()
            .map(move |bytes| body_errors.check(bytes));
        let make_error = move |status, frame: &str| errors.error_frame(status, frame);
        Ok(StreamingResponse {
            provider,
            ..StreamingResponse::new(openai_wire::chunks(body, make_error))
        })
    }

    /// Returns the error for a success that is not a stream: an error with status 200, or a service that cannot stream.
    async fn not_a_stream(
        &self,
        mut response: reqwest::Response,
        meta: ResponseMeta,
        credential: &Credential,
    ) -> InferenceError {
        let error_context = self.error_context(credential);
        let status = response.status();
        let body = read_start(&mut response, MAX_ERROR_BYTES).await;
        let headers = response.headers();
        if meta.is_html() {
            return error_context.html_page(&UpstreamError::from_body(&body, headers), meta);
        }
        match UpstreamError::in_success(&body) {
            Some(upstream) => error_context.error_response(status, &upstream, meta, headers),
            None => error_context.not_a_stream(&UpstreamError::from_body(&body, headers), meta),
        }
    }
}

/// Creates the errors of one stream, as long as it lasts.
#[derive(Clone)]
struct StreamErrors {
    hints: &'static Hints,
    credential: Credential,
    meta: ResponseMeta,
}

impl StreamErrors {
    fn error_context(&self) -> ErrorContext<'_> {
        ErrorContext {
            hints: self.hints,
            credential: &self.credential,
        }
    }

    fn check(&self, bytes: reqwest::Result<Bytes>) -> Result<Bytes, InferenceError> {
        match bytes {
            Ok(bytes) if self.credential.appears_in(&String::from_utf8_lossy(&bytes)) => {
                Err(self.error_context().leaks_credential(self.meta.clone()))
            }
            Ok(bytes) => Ok(bytes),
            Err(cause) => Err(self.error_context().body_failed(cause, self.meta.clone())),
        }
    }

    fn error_frame(&self, status: StatusCode, frame: &str) -> InferenceError {
        let no_headers = HeaderMap::new();
        let upstream = UpstreamError::from_body(frame.as_bytes(), &no_headers);
        self.error_context()
            .error_response(status, &upstream, self.meta.clone(), &no_headers)
    }
}
