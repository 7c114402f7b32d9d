//! Who is to answer, and where that is.

use reqwest::Url;

use super::provider::{
    CHAT, Chosen, HF_INFERENCE, Keys, Provider, nearest, only_directly, provider_tasks,
};
use crate::{ErrorKind, InferenceError, backend::Request};

/// Whether the word behind a model's name is no provider but a wish: for chat the router takes the one that fits.
pub(super) fn is_preference(provider: &str) -> bool {
    matches!(provider, "auto" | "cheapest" | "fastest" | "preferred")
}

/// Who answers a question.
pub(super) enum Route {
    /// The router itself chooses, which it does for chat.
    Auto,
    /// This one.
    Provider(Chosen),
    /// The first in the account's settings that serves the model.
    First,
}

impl Route {
    /// The route of a question.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](ErrorKind::Unsupported) where the provider is none, or cannot be asked for the task;
    /// [`NotConfigured`](ErrorKind::NotConfigured) where only a key would help that is not there.
    pub(super) fn of(request: &Request, keys: &Keys) -> Result<Self, InferenceError> {
        let task = request.task();
        let provider = request.provider();
        if task == CHAT {
            return match (provider, provider.and_then(Provider::named)) {
                (Some(HF_INFERENCE), _) => Ok(Self::Provider(Chosen::HfInference)),
                (_, Some(named)) if !named.routed && !keys.has(named.name) => {
                    Err(only_directly(named))
                }
                (_, Some(named)) => of_provider(named, task),
                // Behind the router may be providers that are not known here yet.
                (_, None) => Ok(Self::Auto),
            };
        }
        match provider {
            Some("auto") => Ok(Self::First),
            Some(wish) if is_preference(wish) => Err(only_for_chat(wish, task)),
            // It has never served these.
            None if matches!(task, "text-to-video" | "image-to-video") => Ok(Self::First),
            None | Some(HF_INFERENCE) => Ok(Self::Provider(Chosen::HfInference)),
            Some(name) => match Provider::named(name) {
                Some(provider) => of_provider(provider, task),
                None => Err(unknown(name)),
            },
        }
    }
}

/// Checks that a provider is known and serves a task, whichever of the two ways leads to it. Without a provider the
/// router chooses.
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported), with what to write instead.
pub(super) fn supports(task: &str, provider: Option<&str>) -> Result<(), InferenceError> {
    let Some(name) = provider else {
        return Ok(());
    };
    if name == "auto" || (task == CHAT && is_preference(name)) {
        return Ok(());
    }
    if is_preference(name) {
        return Err(only_for_chat(name, task));
    }
    if name == HF_INFERENCE {
        return if provider_tasks().any(|served| served == (name, task)) {
            Ok(())
        } else {
            Err(unsupported(format!(
                "the provider `{name}` cannot be asked for `{task}`; help: take `:{name}` off the model"
            )))
        };
    }
    match Provider::named(name) {
        Some(provider) => of_provider(provider, task).map(|_| ()),
        None => Err(unknown(name)),
    }
}

fn only_for_chat(wish: &str, task: &str) -> InferenceError {
    unsupported(format!(
        "`:{wish}` is for chat, and `{task}` is none; help: name a provider, or write `:auto`"
    ))
}

fn of_provider(provider: &'static Provider, task: &str) -> Result<Route, InferenceError> {
    match provider.serving(task) {
        Some(serves) => Ok(Route::Provider(Chosen::Other(provider, serves))),
        None => {
            let tasks: Vec<_> = provider
                .serves
                .iter()
                .map(|serves| format!("`{}`", serves.task))
                .collect();
            Err(unsupported(format!(
                "the provider `{}` cannot be asked for `{task}`; help: it does {}",
                provider.name,
                tasks.join(", ")
            )))
        }
    }
}

fn unknown(name: &str) -> InferenceError {
    let help = nearest(name).map_or_else(
        || format!("take `:{name}` off the model, `{HF_INFERENCE}` answers then"),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    unsupported(format!("no provider is named `{name}`; help: {help}"))
}

fn unsupported(message: String) -> InferenceError {
    InferenceError::new(ErrorKind::Unsupported, message)
}

/// Where the router answers this question itself or by `hf-inference`: `{base}/v1/chat/completions` for chat, where
/// the body names the model; else `{base}/hf-inference/models/{model}`, with `/pipeline/{task}` for some tasks and
/// `/v1/chat/completions` for a chat.
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

/// Models of these tasks are served for several, so the address says which.
fn needs_pipeline(task: &str) -> bool {
    matches!(
        task,
        "feature-extraction" | "sentence-similarity" | "text-ranking"
    )
}
