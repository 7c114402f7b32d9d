//! The provider and the URL of a request.

use reqwest::Url;

use super::provider::{CHAT, HF_INFERENCE, Keys, Provider, SelectedProvider, nearest, not_routed};
use crate::{ErrorKind, InferenceError, backend::Request, operation::Model};

/// Returns whether the suffix of a model's name is a preference for chat, and not a provider: the router then selects it.
pub(super) fn is_preference(provider: &str) -> bool {
    matches!(provider, "auto" | "cheapest" | "fastest" | "preferred")
}

/// How the provider of a request is selected.
pub(super) enum Route {
    /// By the router, which does so for chat.
    Auto,
    /// By the request.
    Provider(SelectedProvider),
    /// By the account's settings: the first provider there that serves the model.
    FirstMapped,
}

impl Route {
    /// Returns the route of a request.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) if the provider is unknown or does not serve the task;
    /// [`NotConfigured`](ErrorKind::NotConfigured) if the provider needs its own key, which is not configured.
    pub(super) fn from_request(request: &Request, keys: &Keys) -> Result<Self, InferenceError> {
        let task = request.task();
        let provider = request.provider();
        if task == CHAT {
            return match (provider, provider.and_then(Provider::find)) {
                (Some(HF_INFERENCE), _) => Ok(Self::Provider(SelectedProvider::HfInference)),
                (_, Some(named)) if !named.routed && !keys.has(named.name) => {
                    Err(not_routed(named))
                }
                (_, Some(named)) => to_provider(named, task),
                // The router may know providers that this version does not.
                (_, None) => Ok(Self::Auto),
            };
        }
        match provider {
            Some("auto") => Ok(Self::FirstMapped),
            Some(preference) if is_preference(preference) => Err(only_for_chat(preference, task)),
            // `hf-inference` has never served these.
            None if matches!(task, "text-to-video" | "image-to-video") => Ok(Self::FirstMapped),
            None | Some(HF_INFERENCE) => Ok(Self::Provider(SelectedProvider::HfInference)),
            Some(name) => match Provider::find(name) {
                Some(provider) => to_provider(provider, task),
                None => Err(unknown(name)),
            },
        }
    }
}

/// Checks that a model's provider serves a task, by the rule that the macro applies to an annotation.
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported), with the providers that serve it.
pub(super) fn supports(task: &str, model: &Model) -> Result<(), InferenceError> {
    let served = model.reference().check_task(task, task);
    served.map_err(|error| unsupported(format!("{}; help: {}", error.text, error.help)))
}

fn only_for_chat(preference: &str, task: &str) -> InferenceError {
    unsupported(format!(
        "`:{preference}` is only for chat, not for `{task}`; help: name a provider, or write `:auto`"
    ))
}

fn to_provider(provider: &'static Provider, task: &str) -> Result<Route, InferenceError> {
    match provider.task(task) {
        Some(task) => Ok(Route::Provider(SelectedProvider::Other(provider, task))),
        None => {
            let tasks: Vec<_> = provider
                .tasks
                .iter()
                .map(|task| format!("`{}`", task.name))
                .collect();
            Err(unsupported(format!(
                "the provider `{}` does not support `{task}`; help: it supports {}",
                provider.name,
                tasks.join(", ")
            )))
        }
    }
}

fn unknown(name: &str) -> InferenceError {
    let help = nearest(name).map_or_else(
        || format!("remove `:{name}` from the model, which is then served by `{HF_INFERENCE}`"),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    unsupported(format!("unknown provider `{name}`; help: {help}"))
}

fn unsupported(message: String) -> InferenceError {
    InferenceError::new(ErrorKind::Unsupported, message)
}

/// Returns the URL of a request that the router or `hf-inference` answers: `{base}/v1/chat/completions` for chat, with the
/// model in the body; otherwise `{base}/hf-inference/models/{model}`, with `/pipeline/{task}` for some tasks and
/// `/v1/chat/completions` for a chat with `hf-inference`.
pub(super) fn url(base: &Url, request: &Request) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty();
        let chat = request.task() == CHAT;
        if !chat || request.provider() == Some(HF_INFERENCE) {
            path.extend([HF_INFERENCE, "models"])
                .extend(request.model().split('/'));
        }
        if chat {
            path.extend(["v1", "chat", "completions"]);
        } else if needs_pipeline(request.task()) {
            path.extend(["pipeline", request.task()]);
        }
    }
    url
}

/// Returns whether models of this task serve several tasks, so that the URL must name it.
fn needs_pipeline(task: &str) -> bool {
    matches!(
        task,
        "feature-extraction" | "sentence-similarity" | "text-ranking"
    )
}
