//! Where a question goes.

use reqwest::Url;

use crate::{ErrorKind, InferenceError, backend::Request};

/// The provider whose paths these are.
pub(super) const PROVIDER: &str = "hf-inference";

/// The address of this question: `{base}/hf-inference/models/{model}`, for some tasks with `/pipeline/{task}`.
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported) for a model of another provider.
pub(super) fn url(base: &Url, request: &Request) -> Result<Url, InferenceError> {
    match request.provider() {
        None | Some(PROVIDER) => {}
        Some(other) => {
            return Err(InferenceError::new(
                ErrorKind::Unsupported,
                format!(
                    "the provider `{other}` cannot be asked for `{}`; help: take `:{other}` off the model, `{PROVIDER}` answers then",
                    request.task()
                ),
            ));
        }
    }
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty()
            .extend([PROVIDER, "models"])
            .extend(request.model().split('/'));
        if needs_pipeline(request.task()) {
            path.extend(["pipeline", request.task()]);
        }
    }
    Ok(url)
}

/// Models of these tasks are served for several, so the address says which.
fn needs_pipeline(task: &str) -> bool {
    matches!(
        task,
        "feature-extraction" | "sentence-similarity" | "text-ranking"
    )
}
