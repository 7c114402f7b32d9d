use http::StatusCode;

use super::upstream_body::UpstreamError;
use crate::ErrorKind;

/// Beyond the registry: "site is overloaded".
const OVERLOADED: u16 = 529;

/// Returns the kind of a failure, from its status and message.
///
/// The status decides, except for a few messages that are more specific than their status: a mistake of the operator
/// must not look like one of the caller.
pub(super) fn kind(status: StatusCode, upstream: &UpstreamError) -> ErrorKind {
    match status.as_u16() {
        200..=299 => in_success(upstream),
        400 | 422 => input(upstream),
        401 | 403 | 407 => ErrorKind::Unauthorized,
        402 => ErrorKind::PaymentRequired,
        404 | 410 => ErrorKind::ModelNotFound,
        405 | 406 | 415 | 501 => ErrorKind::Unsupported,
        408 | 504 => ErrorKind::Timeout,
        413 => ErrorKind::InputTooLarge,
        429 if upstream.error_type() == Some("overloaded") => ErrorKind::Overloaded,
        // Waiting does not help if the account has no credits left.
        429 if upstream.mentions(&["exceeded your current quota"]) => ErrorKind::PaymentRequired,
        429 => ErrorKind::RateLimited,
        424 | 425 | OVERLOADED => ErrorKind::Overloaded,
        500 if upstream.mentions(&["too busy"]) => ErrorKind::Overloaded,
        503 if upstream.estimated_time().is_some() || upstream.mentions(&["loading"]) => {
            ErrorKind::ModelLoading
        }
        503 => ErrorKind::Overloaded,
        _ => ErrorKind::ServiceFailed,
    }
}

/// Classifies a refused request: a mistake in the caller's input, or in the annotation.
fn input(upstream: &UpstreamError) -> ErrorKind {
    if upstream.mentions(&[
        "is not supported by any provider",
        "invalid model name",
        "invalid state",
    ]) {
        // The router, LiteLLM's proxy, and a paused endpoint.
        ErrorKind::ModelNotFound
    } else if upstream.mentions(&["no connected db"]) {
        // LiteLLM's proxy looks up an unknown key in its database, and has none.
        ErrorKind::Unauthorized
    } else if upstream.error_type() == Some("template_error")
        || upstream.mentions(&[
            "`model_kwargs` are not used",
            "failed to deserialize the json body",
        ])
    {
        ErrorKind::Unsupported
    } else {
        ErrorKind::InvalidInput
    }
}

/// Classifies a failure reported with a success status, by the status or the error type in the body.
fn in_success(upstream: &UpstreamError) -> ErrorKind {
    if let Some(status) = upstream.status() {
        return kind(status, upstream);
    }
    match upstream.error_type() {
        Some("validation") => ErrorKind::InvalidInput,
        Some("overloaded") => ErrorKind::Overloaded,
        _ if upstream.estimated_time().is_some() => ErrorKind::ModelLoading,
        _ => ErrorKind::ServiceFailed,
    }
}
