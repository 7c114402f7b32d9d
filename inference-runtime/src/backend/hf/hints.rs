use crate::backend::http::Hints;

/// Help for errors of the router.
pub(super) static HINTS: Hints = Hints {
    unauthorized: "check `HF_TOKEN`, it needs the permission \"Make calls to Inference Providers\"",
    forbidden: "give it the permission \"Make calls to Inference Providers\", and if the model is gated request access on its page",
    payment_required: "buy credits, or set `hf.bill_to` to an organisation that has some",
    not_found: "check its name, and that its page lists `HF Inference API` among the providers",
    unsupported: "check `task` against the model's page",
    base_url: "hf.base_url",
    max_response: "hf.max_response",
};
