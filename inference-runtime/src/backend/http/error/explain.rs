use http::StatusCode;

use super::UpstreamError;
use crate::{ErrorKind, backend::http::Hints};

/// One sentence for the operator, with what to do. The service's own words stand beside it in the log.
pub(super) fn refusal(
    kind: ErrorKind,
    status: StatusCode,
    said: &UpstreamError,
    advice: &Hints,
) -> String {
    let text = match kind {
        ErrorKind::InvalidInput => "the model refused the input",
        ErrorKind::InputTooLarge => {
            "the input is larger than the service takes; help: set `max_input`, or shorten it in `preprocess`"
        }
        ErrorKind::Unauthorized if status == StatusCode::FORBIDDEN => {
            return format!(
                "the token may not ask this model; help: {}",
                advice.forbidden
            );
        }
        ErrorKind::Unauthorized => {
            return format!(
                "the service refused the token; help: {}",
                advice.unauthorized
            );
        }
        ErrorKind::PaymentRequired => {
            return format!(
                "the account has no credits left; help: {}",
                advice.payment_required
            );
        }
        ErrorKind::ModelNotFound if status == StatusCode::GONE => {
            return format!(
                "this address or model is no longer served; help: check `{}` and the model's page",
                advice.base_url
            );
        }
        ErrorKind::ModelNotFound => {
            return format!(
                "the service does not serve this model; help: {}",
                advice.not_found
            );
        }
        ErrorKind::Unsupported if said.mentions(&["model_kwargs"]) => {
            "the model does not take these parameters; help: take those that the service names out of `parameters(…)`"
        }
        ErrorKind::Unsupported => {
            return format!(
                "the service cannot do this task with this model; help: {}",
                advice.unsupported
            );
        }
        ErrorKind::RateLimited => {
            "the service limits our rate; help: set `cache`, name a second model, or raise the account's limit"
        }
        ErrorKind::ModelLoading => {
            "the model is being loaded; help: try again, or give a `fallback`"
        }
        ErrorKind::Overloaded => {
            "the service is overloaded; help: name a second model, or give a `fallback`"
        }
        ErrorKind::Timeout => {
            "the service gave up waiting for the model; help: ask for less, or give a `fallback`"
        }
        _ if status.is_redirection() => {
            return format!(
                "the service redirected the request, which is not followed with a token; help: set `{}` to the address it moved to",
                advice.base_url
            );
        }
        _ if status.is_success() => "the service reported an error as its answer",
        _ => return format!("the service failed with status {}", status.as_u16()),
    };
    text.to_owned()
}
