use http::StatusCode;

use super::upstream_body::UpstreamError;
use crate::{ErrorKind, backend::http::Hints};

/// Returns one sentence for the operator, with help. The log has the service's own message beside it.
pub(super) fn message(
    kind: ErrorKind,
    status: StatusCode,
    upstream: &UpstreamError,
    hints: &Hints,
) -> String {
    let text = match kind {
        ErrorKind::InvalidInput => "the model refused the input",
        ErrorKind::InputTooLarge => {
            "the input is larger than the service accepts; help: set `max_input`, or shorten it in `preprocess`"
        }
        ErrorKind::Unauthorized if status == StatusCode::FORBIDDEN => {
            return format!(
                "the token has no permission to call this model; help: {}",
                hints.forbidden
            );
        }
        ErrorKind::Unauthorized => {
            return format!(
                "the service refused the token; help: {}",
                hints.unauthorized
            );
        }
        ErrorKind::PaymentRequired => {
            return format!(
                "the account has no credits left; help: {}",
                hints.payment_required
            );
        }
        ErrorKind::ModelNotFound if status == StatusCode::GONE => {
            return format!(
                "this address or model is no longer served; help: check `{}` and the model's page",
                hints.base_url
            );
        }
        ErrorKind::ModelNotFound => {
            return format!(
                "the service does not serve this model; help: {}",
                hints.not_found
            );
        }
        ErrorKind::Unsupported if upstream.mentions(&["model_kwargs"]) => {
            "the model does not accept these parameters; help: remove those that the service names from `parameters(…)`"
        }
        ErrorKind::Unsupported => {
            return format!(
                "the service does not support this task for this model; help: {}",
                hints.unsupported
            );
        }
        ErrorKind::RateLimited => {
            "the service limits the request rate; help: set `cache`, name a second model, or raise the account's limit"
        }
        ErrorKind::ModelLoading => {
            "the model is being loaded; help: try again later, or set a `fallback`"
        }
        ErrorKind::Overloaded => {
            "the service is overloaded; help: name a second model, or set a `fallback`"
        }
        ErrorKind::Timeout => {
            "the service timed out waiting for the model; help: request less, or set a `fallback`"
        }
        _ if status.is_redirection() => {
            return format!(
                "the service redirected the request, and a request with a token is not redirected; help: set `{}` to the new address",
                hints.base_url
            );
        }
        _ if status.is_success() => "the service reported an error in a successful response",
        _ => return format!("the service failed with status {}", status.as_u16()),
    };
    text.to_owned()
}
