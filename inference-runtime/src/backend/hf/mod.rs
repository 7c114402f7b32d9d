//! Hugging Face's Inference Providers, by way of the router: the backend of models that name none.
//!
//! Protocol: <https://huggingface.co/docs/inference-providers/providers/hf-inference>.

mod addresses;
mod advice;
mod base;
mod body;
mod builder;
mod call;
mod provider;
mod route;
mod token;

use std::fmt;

use futures_util::future::{BoxFuture, FutureExt};

pub use builder::HuggingFaceBuilder;
pub use provider::provider_tasks;

use self::call::Connection;
use super::{Backend, Request, Response, StreamingResponse, batch};
use crate::{ErrorKind, InferenceError, operation::Model};

/// The tasks whose pipelines answer a list of inputs with a list.
const LISTS: [&str; 7] = [
    "text-classification",
    "zero-shot-classification",
    "token-classification",
    "summarization",
    "translation",
    "fill-mask",
    "feature-extraction",
];

/// What the smallest of the servers behind the router takes in one call.
const AT_MOST: usize = 32;

/// Hugging Face's models, served by `hf-inference` and the other
/// [providers](https://huggingface.co/docs/inference-providers): `model = "org/name:provider"`.
///
/// [`Inference::from_env`](crate::Inference::from_env) registers one as `hf`. By hand:
///
/// ```
/// use inference_runtime::{Inference, backend::HuggingFace};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let inference = Inference::builder()
///     .backend("hf", HuggingFace::builder().token_from_env().build()?)
///     .build()?;
/// # Ok(()) }
/// ```
///
/// Questions go through the router with Hugging Face's token, or straight to a provider with
/// [its own key](HuggingFaceBuilder::provider_key). Which providers serve which task is in [`provider_tasks`].
///
/// Without a token it is [not configured](crate::ErrorKind::NotConfigured): a chain of models goes on without it.
/// The token goes to the base URL and the Hub, a provider's key to that provider, and neither anywhere else,
/// redirects included; they are in no error, no log line and no
/// `Debug` output.
pub struct HuggingFace {
    /// The way to the service, or one sentence that says what is missing for it.
    state: Result<Connection, String>,
}

impl HuggingFace {
    /// A connection to the router without a token.
    #[must_use]
    pub fn builder() -> HuggingFaceBuilder {
        HuggingFaceBuilder::default()
    }

    fn connection(&self) -> Result<&Connection, InferenceError> {
        self.state
            .as_ref()
            .map_err(|missing| InferenceError::new(ErrorKind::NotConfigured, missing))
    }
}

impl Backend for HuggingFace {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async move { self.connection()?.ask(request).await }.boxed()
    }

    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        let lists = requests
            .first()
            .is_some_and(|request| LISTS.contains(&request.task()) && request.provider().is_none());
        if lists {
            batch::in_lists(self, requests, AT_MOST).boxed()
        } else {
            batch::one_by_one(self, requests).boxed()
        }
    }

    fn stream<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        async move { self.connection()?.stream(request).await }.boxed()
    }

    fn server_address(&self) -> Option<&str> {
        let connection = self.state.as_ref().ok()?;
        // With keys of their own, providers are asked where they are.
        if connection.providers.keys.is_empty() {
            connection.base.host_str()
        } else {
            None
        }
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        self.connection().map(|_| ())
    }

    fn supports(&self, task: &str, model: &Model) -> Result<(), InferenceError> {
        route::supports(task, model.provider())
    }
}

impl fmt::Debug for HuggingFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HuggingFace")
            .field("state", &self.state)
            .finish()
    }
}
