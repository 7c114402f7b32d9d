//! What went wrong, as an [`InferenceError`].

mod classify;
mod explain;
mod said;
mod wait;

use http::{HeaderMap, StatusCode};

pub(super) use said::Said;

use super::{headers::Facts, token::Token};
use crate::{ErrorKind, InferenceError};

/// The service answered with an error.
pub(super) fn refused(
    status: StatusCode,
    said: &Said,
    facts: Facts,
    headers: &HeaderMap,
    token: &Token,
) -> InferenceError {
    let kind = classify::kind(status, said);
    let mut error = InferenceError::new(kind, explain::refusal(kind, status, said));
    if let Some(wait) = wait::before_retry(kind, said, headers) {
        error = error.with_retry_after(wait);
    }
    worded(error, said, token, facts).with_upstream_status(status)
}

/// The service answered 200 with a page for people: a login, a proxy's greeting.
pub(super) fn html(said: &Said, facts: Facts, token: &Token) -> InferenceError {
    let error = InferenceError::new(
        ErrorKind::MalformedOutput,
        "the service answered with an HTML page; help: check `hf.base_url`, and what stands between this machine and the service",
    );
    worded(error, said, token, facts)
}

/// No answer came: there is no connection, or it broke before an answer began.
pub(super) fn unsent(cause: reqwest::Error) -> InferenceError {
    let cause = cause.without_url();
    // A handshake that takes too long is no slow model.
    let error = if cause.is_timeout() && !cause.is_connect() {
        late()
    } else if cause.is_builder() {
        InferenceError::new(ErrorKind::Internal, "the request cannot be written")
    } else {
        InferenceError::new(
            ErrorKind::Unreachable,
            "the service cannot be reached; help: check the network and `hf.base_url`",
        )
    };
    error.with_source(cause)
}

/// The answer began and did not end.
pub(super) fn broken(cause: reqwest::Error, facts: Facts) -> InferenceError {
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
pub(super) fn too_large(max: usize, facts: Facts) -> InferenceError {
    let error = InferenceError::new(
        ErrorKind::OutputTooLarge,
        format!(
            "the answer has more than {max} bytes; help: raise `hf.max_response`, or ask for less"
        ),
    );
    named(error, facts)
}

/// The answer holds the token: it would go on to clients and into the cache.
pub(super) fn repeats_token(facts: Facts) -> InferenceError {
    let error = InferenceError::new(
        ErrorKind::MalformedOutput,
        "the answer repeats the token and is thrown away; help: check `hf.base_url`, and make a new token",
    );
    named(error, facts)
}

fn late() -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        "the service did not answer in time; help: raise `timeout` or give a `fallback`",
    )
}

fn worded(error: InferenceError, said: &Said, token: &Token, facts: Facts) -> InferenceError {
    let error = match said.words() {
        Some(words) => error.with_upstream(&token.scrub(words)),
        None => error,
    };
    named(error, facts)
}

fn named(mut error: InferenceError, facts: Facts) -> InferenceError {
    if let Some(id) = facts.request_id {
        error = error.with_request_id(id);
    }
    if let Some(provider) = facts.provider {
        error = error.with_provider(provider);
    }
    error
}
