//! Where a question goes.

use reqwest::Url;

use crate::{ErrorKind, InferenceError, backend::Request};

/// The provider whose paths these are.
pub(super) const PROVIDER: &str = "hf-inference";

/// The one task that the router speaks OpenAI's protocol for.
pub(super) const CHAT: &str = "chat-completion";

/// Whether the word behind a model's name is no provider but a wish: for chat the router takes the one that fits.
pub(super) fn is_preference(provider: &str) -> bool {
    matches!(provider, "fastest" | "cheapest" | "preferred")
}

/// The address of this question: `{base}/v1/chat/completions` for chat, where the body names the model and its
/// provider; else `{base}/hf-inference/models/{model}`, for some tasks with `/pipeline/{task}`.
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported) for a model of another provider.
pub(super) fn url(base: &Url, request: &Request) -> Result<Url, InferenceError> {
    let mut url = base.clone();
    if request.task() == CHAT {
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v1", "chat", "completions"]);
        }
        return Ok(url);
    }
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
