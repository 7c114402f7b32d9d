use http::StatusCode;

use super::Said;
use crate::ErrorKind;

/// One sentence for the operator, with what to do. The service's own words stand beside it in the log.
pub(super) fn refusal(kind: ErrorKind, status: StatusCode, said: &Said) -> String {
    let text = match kind {
        ErrorKind::InvalidInput => "the model refused the input",
        ErrorKind::InputTooLarge => {
            "the input is larger than the service takes; help: set `max_input`, or shorten it in `preprocess`"
        }
        ErrorKind::Unauthorized if status == StatusCode::FORBIDDEN => {
            "the token may not ask this model; help: give it the permission \"Make calls to Inference Providers\", and if the model is gated ask for access on its page"
        }
        ErrorKind::Unauthorized => {
            "the service refused the token; help: check `HF_TOKEN`, it needs the permission \"Make calls to Inference Providers\""
        }
        ErrorKind::PaymentRequired => {
            "the account has no credits left; help: buy some, or set `hf.bill_to` to an organisation that has them"
        }
        ErrorKind::ModelNotFound if status == StatusCode::GONE => {
            "this address or model is no longer served; help: check `hf.base_url` and the model's page"
        }
        ErrorKind::ModelNotFound => {
            "the service does not serve this model; help: check its name, and that its page lists `HF Inference API` among the providers"
        }
        ErrorKind::Unsupported if said.mentions(&["model_kwargs"]) => {
            "the model does not take these parameters; help: take those that the service names out of `parameters(…)`"
        }
        ErrorKind::Unsupported => {
            "the service cannot do this task with this model; help: check `task` against the model's page"
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
            "the service redirected the request, which is not followed with a token; help: set `hf.base_url` to the address it moved to"
        }
        _ if status.is_success() => "the service reported an error as its answer",
        _ => return format!("the service failed with status {}", status.as_u16()),
    };
    text.to_owned()
}
