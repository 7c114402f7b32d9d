//! Text Embeddings Inference, with its own routes.
//!
//! Protocol: <https://huggingface.github.io/text-embeddings-inference/>.

mod batch;
mod body;
mod builder;
mod predict;

use futures_util::future::{BoxFuture, FutureExt};

use builder::KIND;
pub use builder::TeiBuilder;

use super::{
    Backend, Request, Response, batch as lists,
    http::{ConfiguredEndpoint, Endpoint, HttpResponse},
};
use crate::{InferenceError, operation::Model};

/// The supported tasks.
const TASKS: [&str; 5] = [
    "feature-extraction",
    "text-classification",
    "text-ranking",
    "sentence-similarity",
    "custom",
];

/// A server of [Text Embeddings Inference](https://github.com/huggingface/text-embeddings-inference).
///
/// It serves one model, whatever name follows `::`: `feature-extraction` with `/embed` (or `/embed_all`),
/// `text-classification` with `/predict`, `text-ranking` with `/rerank`, `sentence-similarity` with `/similarity`, and
/// `custom` with `/`, where the model decides.
///
/// ```
/// use inference_runtime::{Inference, backend::Tei};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let inference = Inference::builder()
///     .backend("embeddings", Tei::builder().base_url("http://127.0.0.1:8080").build()?)
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Tei {
    endpoint: ConfiguredEndpoint,
    /// The maximum number of texts that the server accepts at once.
    max_batch: usize,
    /// Whether embeddings are per token instead of per text.
    per_token: bool,
}

impl Tei {
    /// Returns a builder without settings.
    #[must_use]
    pub fn builder() -> TeiBuilder {
        TeiBuilder::default()
    }

    async fn predict(&self, request: &Request) -> Result<Response, InferenceError> {
        let endpoint = self.endpoint.get()?;
        match request.task() {
            "feature-extraction" => {
                let route = if self.per_token { "embed_all" } else { "embed" };
                let body = body::embedding(request, self.per_token);
                send(endpoint, route, body)
                    .await
                    .map(HttpResponse::into_response)
            }
            "text-classification" => predict::call(endpoint, request).await,
            "text-ranking" => batch::rank(endpoint, request, self.max_batch).await,
            "sentence-similarity" => batch::compare(endpoint, request, self.max_batch).await,
            "custom" => {
                let body = body::custom(request);
                send(endpoint, "", body)
                    .await
                    .map(HttpResponse::into_response)
            }
            task => Err(endpoint.unsupported(task, &TASKS)),
        }
    }
}

/// Sends a request to one of the server's routes.
async fn send(
    endpoint: &Endpoint,
    route: &str,
    body: String,
) -> Result<HttpResponse, InferenceError> {
    endpoint
        .send(endpoint.post(endpoint.url([route]), body))
        .await
}

impl Backend for Tei {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.predict(request).boxed()
    }

    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        let takes_lists = requests.first().is_some_and(|request| {
            matches!(request.task(), "feature-extraction" | "text-classification")
        });
        if takes_lists {
            lists::call_in_batches(self, requests, self.max_batch).boxed()
        } else {
            lists::call_each(self, requests).boxed()
        }
    }

    fn server_address(&self) -> Option<&str> {
        self.endpoint.host()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        self.endpoint.get().map(|_| ())
    }

    fn supports(&self, task: &str, _model: &Model) -> Result<(), InferenceError> {
        KIND.supports(task, &TASKS)
    }
}
