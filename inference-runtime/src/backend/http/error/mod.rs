//! Failed responses as [`InferenceError`]s.

mod classify;
mod message;
mod retry_after;
mod upstream_body;

use http::{HeaderMap, StatusCode};

#[cfg(feature = "hf")]
pub(crate) use retry_after::rate_limit_reset;
pub(crate) use upstream_body::UpstreamError;

use super::{Credential, Hints, headers::ResponseMeta};
use crate::{ErrorKind, InferenceError};

/// Creates the errors of one service, with its hints and without its secret.
#[derive(Clone, Copy)]
pub(crate) struct ErrorContext<'c> {
    pub(super) hints: &'static Hints,
    pub(super) credential: &'c Credential,
}

impl ErrorContext<'_> {
    /// Returns the error for an error response.
    pub(crate) fn error_response(
        self,
        status: StatusCode,
        upstream: &UpstreamError,
        meta: ResponseMeta,
        headers: &HeaderMap,
    ) -> InferenceError {
        let kind = classify::kind(status, upstream);
        let message = message::message(kind, status, upstream, self.hints);
        let mut error = InferenceError::new(kind, message);
        if let Some(wait) = retry_after::retry_after(kind, upstream, headers) {
            error = error.with_retry_after(wait);
        }
        self.with_message(error, upstream, meta)
            .with_upstream_status(status)
    }

    /// Returns the error for an HTML page with status 200: a login, or a page of a proxy.
    pub(super) fn html_page(self, upstream: &UpstreamError, meta: ResponseMeta) -> InferenceError {
        let message = format!(
            "the service returned an HTML page; help: check `{}`, and the proxies between this machine and the service",
            self.hints.base_url
        );
        let error = InferenceError::new(ErrorKind::MalformedOutput, message);
        self.with_message(error, upstream, meta)
    }

    /// Returns the error for a response with status 200 that is not a stream.
    pub(super) fn not_a_stream(
        self,
        upstream: &UpstreamError,
        meta: ResponseMeta,
    ) -> InferenceError {
        let found = meta.media_type.as_deref().map_or_else(
            || "without a media type".to_owned(),
            |it| format!("in `{it}`"),
        );
        let message = format!(
            "expected a stream of events, found a response {found}; help: receive the whole answer, or use another model"
        );
        let error = InferenceError::new(ErrorKind::MalformedOutput, message);
        self.with_message(error, upstream, meta)
    }

    /// Returns the error for a connection that failed before the headers of a response.
    pub(super) fn send_failed(self, cause: reqwest::Error) -> InferenceError {
        let cause = cause.without_url();
        // A handshake that times out is an unreachable service, not a slow model.
        let error = if cause.is_timeout() && !cause.is_connect() {
            timed_out()
        } else if cause.is_builder() {
            InferenceError::new(ErrorKind::Internal, "the request cannot be built")
        } else {
            let message = format!(
                "the service cannot be reached; help: check the network and `{}`",
                self.hints.base_url
            );
            InferenceError::new(ErrorKind::Unreachable, message)
        };
        error.with_source(cause)
    }

    /// Returns the error for a body that ended early.
    pub(crate) fn body_failed(self, cause: reqwest::Error, meta: ResponseMeta) -> InferenceError {
        let cause = cause.without_url();
        let error = if cause.is_timeout() {
            timed_out()
        } else {
            InferenceError::new(ErrorKind::MalformedOutput, "the response ended early")
        };
        with_meta(error.with_source(cause), meta)
    }

    /// Returns the error for a response of more than `max` bytes.
    pub(crate) fn too_large(self, max: usize, meta: ResponseMeta) -> InferenceError {
        let error = InferenceError::new(
            ErrorKind::OutputTooLarge,
            format!(
                "the response is larger than {max} bytes; help: raise `{}`, or request less",
                self.hints.max_response
            ),
        );
        with_meta(error, meta)
    }

    /// Returns the error for a response that contains the secret, which would be sent to clients and stored in the cache.
    pub(crate) fn leaks_credential(self, meta: ResponseMeta) -> InferenceError {
        let message = format!(
            "the response contains the token and is discarded; help: check `{}`, and create a new token",
            self.hints.base_url
        );
        with_meta(
            InferenceError::new(ErrorKind::MalformedOutput, message),
            meta,
        )
    }

    fn with_message(
        self,
        error: InferenceError,
        upstream: &UpstreamError,
        meta: ResponseMeta,
    ) -> InferenceError {
        let error = match upstream.message() {
            Some(message) => error.with_upstream(&self.credential.redact(message)),
            None => error,
        };
        with_meta(error, meta)
    }
}

fn timed_out() -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        "the service did not respond in time; help: raise `timeout` or set a `fallback`",
    )
}

fn with_meta(mut error: InferenceError, meta: ResponseMeta) -> InferenceError {
    if let Some(id) = meta.request_id {
        error = error.with_request_id(id);
    }
    if let Some(provider) = meta.provider {
        error = error.with_provider(provider);
    }
    error
}
