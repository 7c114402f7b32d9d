//! What went wrong, as an [`InferenceError`].

mod classify;
mod explain;
mod upstream_body;
mod wait;

use http::{HeaderMap, StatusCode};

pub(crate) use upstream_body::UpstreamError;
#[cfg(feature = "hf")]
pub(crate) use wait::used_up;

use super::{Credential, Hints, headers::ResponseMeta};
use crate::{ErrorKind, InferenceError};

/// Tells the failures of one service: with advice that fits it, and without the secret it was asked with.
#[derive(Clone, Copy)]
pub(crate) struct Failures<'c> {
    pub(super) advice: &'static Hints,
    pub(super) credential: &'c Credential,
}

impl Failures<'_> {
    /// The service answered with an error.
    pub(crate) fn refused(
        self,
        status: StatusCode,
        said: &UpstreamError,
        facts: ResponseMeta,
        headers: &HeaderMap,
    ) -> InferenceError {
        let kind = classify::kind(status, said);
        let message = explain::refusal(kind, status, said, self.advice);
        let mut error = InferenceError::new(kind, message);
        if let Some(wait) = wait::before_retry(kind, said, headers) {
            error = error.with_retry_after(wait);
        }
        self.worded(error, said, facts).with_upstream_status(status)
    }

    /// The service answered 200 with a page for people: a login, a proxy's greeting.
    pub(super) fn html(self, said: &UpstreamError, facts: ResponseMeta) -> InferenceError {
        let message = format!(
            "the service answered with an HTML page; help: check `{}`, and what stands between this machine and the service",
            self.advice.base_url
        );
        let error = InferenceError::new(ErrorKind::MalformedOutput, message);
        self.worded(error, said, facts)
    }

    /// The service answered 200 and did not stream.
    pub(super) fn no_stream(self, said: &UpstreamError, facts: ResponseMeta) -> InferenceError {
        let found = facts
            .media_type
            .as_deref()
            .map_or_else(|| "of no media type".to_owned(), |it| format!("in `{it}`"));
        let message = format!(
            "expected a stream of events, found an answer {found}; help: receive the whole answer, or take another model"
        );
        let error = InferenceError::new(ErrorKind::MalformedOutput, message);
        self.worded(error, said, facts)
    }

    /// No answer came: there is no connection, or it broke before an answer began.
    pub(super) fn unsent(self, cause: reqwest::Error) -> InferenceError {
        let cause = cause.without_url();
        // A handshake that takes too long is no slow model.
        let error = if cause.is_timeout() && !cause.is_connect() {
            late()
        } else if cause.is_builder() {
            InferenceError::new(ErrorKind::Internal, "the request cannot be written")
        } else {
            let message = format!(
                "the service cannot be reached; help: check the network and `{}`",
                self.advice.base_url
            );
            InferenceError::new(ErrorKind::Unreachable, message)
        };
        error.with_source(cause)
    }

    /// The answer began and did not end.
    pub(crate) fn broken(self, cause: reqwest::Error, facts: ResponseMeta) -> InferenceError {
        let cause = cause.without_url();
        let error = if cause.is_timeout() {
            late()
        } else {
            InferenceError::new(
                ErrorKind::MalformedOutput,
                "the answer broke off before its end",
            )
        };
        named(error.with_source(cause), facts)
    }

    /// The answer is larger than this many bytes.
    pub(crate) fn too_large(self, max: usize, facts: ResponseMeta) -> InferenceError {
        let error = InferenceError::new(
            ErrorKind::OutputTooLarge,
            format!(
                "the answer has more than {max} bytes; help: raise `{}`, or ask for less",
                self.advice.max_response
            ),
        );
        named(error, facts)
    }

    /// The answer holds the secret: it would go on to clients and into the cache.
    pub(crate) fn repeats_secret(self, facts: ResponseMeta) -> InferenceError {
        let message = format!(
            "the answer repeats the token and is thrown away; help: check `{}`, and make a new token",
            self.advice.base_url
        );
        named(
            InferenceError::new(ErrorKind::MalformedOutput, message),
            facts,
        )
    }

    fn worded(
        self,
        error: InferenceError,
        said: &UpstreamError,
        facts: ResponseMeta,
    ) -> InferenceError {
        let error = match said.words() {
            Some(words) => error.with_upstream(&self.credential.scrub(words)),
            None => error,
        };
        named(error, facts)
    }
}

fn late() -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        "the service did not answer in time; help: raise `timeout` or give a `fallback`",
    )
}

fn named(mut error: InferenceError, facts: ResponseMeta) -> InferenceError {
    if let Some(id) = facts.request_id {
        error = error.with_request_id(id);
    }
    if let Some(provider) = facts.provider {
        error = error.with_provider(provider);
    }
    error
}
