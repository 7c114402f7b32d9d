use http::StatusCode;

use super::UpstreamError;
use crate::ErrorKind;

/// Beyond the registry: "site is overloaded".
const OVERLOADED: u16 = 529;

/// Which kind of failure a status and the words beside it are.
///
/// The status decides, but for a few words that say more than their status: a mistake of the operator's must not
/// look like one of the caller's.
pub(super) fn kind(status: StatusCode, said: &UpstreamError) -> ErrorKind {
    match status.as_u16() {
        200..=299 => in_success(said),
        400 | 422 => input(said),
        401 | 403 | 407 => ErrorKind::Unauthorized,
        402 => ErrorKind::PaymentRequired,
        404 | 410 => ErrorKind::ModelNotFound,
        405 | 406 | 415 | 501 => ErrorKind::Unsupported,
        408 | 504 => ErrorKind::Timeout,
        413 => ErrorKind::InputTooLarge,
        429 if said.error_type() == Some("overloaded") => ErrorKind::Overloaded,
        // Waiting does not help who has nothing left to pay with.
        429 if said.mentions(&["exceeded your current quota"]) => ErrorKind::PaymentRequired,
        429 => ErrorKind::RateLimited,
        424 | 425 | OVERLOADED => ErrorKind::Overloaded,
        500 if said.mentions(&["too busy"]) => ErrorKind::Overloaded,
        503 if said.estimated_time().is_some() || said.mentions(&["loading"]) => {
            ErrorKind::ModelLoading
        }
        503 => ErrorKind::Overloaded,
        _ => ErrorKind::ServiceFailed,
    }
}

/// A refusal of the question: what the handler's caller sent, or what the annotation says.
fn input(said: &UpstreamError) -> ErrorKind {
    if said.mentions(&[
        "is not supported by any provider",
        "invalid model name",
        "invalid state",
    ]) {
        // The router, LiteLLM's proxy, and a paused endpoint.
        ErrorKind::ModelNotFound
    } else if said.mentions(&["no connected db"]) {
        // LiteLLM's proxy would look up a key that is not its own, and has nowhere to.
        ErrorKind::Unauthorized
    } else if said.error_type() == Some("template_error")
        || said.mentions(&[
            "`model_kwargs` are not used",
            "failed to deserialize the json body",
        ])
    {
        ErrorKind::Unsupported
    } else {
        ErrorKind::InvalidInput
    }
}

/// A failure under a status that says success: the status inside or its type tells whose it is.
fn in_success(said: &UpstreamError) -> ErrorKind {
    if let Some(status) = said.status() {
        return kind(status, said);
    }
    match said.error_type() {
        Some("validation") => ErrorKind::InvalidInput,
        Some("overloaded") => ErrorKind::Overloaded,
        _ if said.estimated_time().is_some() => ErrorKind::ModelLoading,
        _ => ErrorKind::ServiceFailed,
    }
}
