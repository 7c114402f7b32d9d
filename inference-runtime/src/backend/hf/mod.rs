//! Hugging Face's Inference Providers, called through the router: the backend of models without a backend name.
//!
//! Protocol: <https://huggingface.co/docs/inference-providers/providers/hf-inference>.

mod base;
mod body;
mod builder;
mod connection;
mod hints;
mod provider;
mod route;
mod token;
mod url_cache;

use std::fmt;

use futures_util::future::{BoxFuture, FutureExt};

pub use builder::HuggingFaceBuilder;
pub use provider::provider_tasks;

use self::connection::Connection;
use super::{Backend, Request, Response, StreamingResponse, batch};
use crate::{ErrorKind, InferenceError, operation::Model};

/// The tasks whose pipelines accept a list of inputs.
const BATCHED_TASKS: [&str; 7] = [
    "text-classification",
    "zero-shot-classification",
    "token-classification",
    "summarization",
    "translation",
    "fill-mask",
    "feature-extraction",
];

/// The batch size limit of the smallest server behind the router.
const MAX_BATCH: usize = 32;

/// Hugging Face's models, served by `hf-inference` and the other
/// [providers](https://huggingface.co/docs/inference-providers): `model = "org/name:provider"`.
///
/// [`Inference::from_env`](crate::Inference::from_env) registers it as `hf`. To register it in code:
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
/// Requests go through the router with Hugging Face's token, or directly to a provider with
/// [its own key](HuggingFaceBuilder::provider_key). [`provider_tasks`] lists the tasks of each provider.
///
/// Without a token it is [not configured](crate::ErrorKind::NotConfigured): a chain of models skips it.
/// The token is sent to the base URL and the Hub, a provider's key to that provider, and neither anywhere else,
/// redirects included; errors, log lines and `Debug` output contain neither.
pub struct HuggingFace {
    /// The connection, or one sentence with the missing setting.
    state: Result<Connection, String>,
}

impl HuggingFace {
    /// Returns a builder for a backend without a token.
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
        async move { self.connection()?.call(request).await }.boxed()
    }

    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        let takes_lists = requests.first().is_some_and(|request| {
            BATCHED_TASKS.contains(&request.task()) && request.provider().is_none()
        });
        if takes_lists {
            batch::call_in_batches(self, requests, MAX_BATCH).boxed()
        } else {
            batch::call_each(self, requests).boxed()
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
        // Providers with their own keys are called at their own addresses.
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
        route::supports(task, model)
    }
}

impl fmt::Debug for HuggingFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HuggingFace")
            .field("state", &self.state)
            .finish()
    }
}
