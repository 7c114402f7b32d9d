//! Text Embeddings Inference, over its own routes.
//!
//! Protocol: <https://huggingface.github.io/text-embeddings-inference/>.

mod batch;
mod builder;
mod predict;
mod question;

use futures_util::future::{BoxFuture, FutureExt};

use builder::KIND;
pub use builder::TeiBuilder;

use super::{
    Backend, Request, Response, batch as lists,
    http::{Answer, ConfiguredEndpoint, Endpoint},
};
use crate::{InferenceError, operation::Model};

/// What it can be asked for.
const TASKS: [&str; 5] = [
    "feature-extraction",
    "text-classification",
    "text-ranking",
    "sentence-similarity",
    "custom",
];

/// A server of [Text Embeddings Inference](https://github.com/huggingface/text-embeddings-inference).
///
/// It serves one model, whatever the name behind `::` says: `feature-extraction` by `/embed` (or `/embed_all`),
/// `text-classification` by `/predict`, `text-ranking` by `/rerank`, `sentence-similarity` by `/similarity`, and
/// `custom` by `/`, where the model decides.
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
    reach: ConfiguredEndpoint,
    /// The most texts that the server takes at once.
    max_batch: usize,
    /// Whether the vectors of tokens are wanted, and not that of the text.
    per_token: bool,
}

impl Tei {
    /// A server that nothing has been said of yet.
    #[must_use]
    pub fn builder() -> TeiBuilder {
        TeiBuilder::default()
    }

    async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let remote = self.reach.get()?;
        match request.task() {
            "feature-extraction" => {
                let route = if self.per_token { "embed_all" } else { "embed" };
                let body = question::embedding(request, self.per_token);
                send(remote, route, body).await.map(Answer::into_response)
            }
            "text-classification" => predict::ask(remote, request).await,
            "text-ranking" => batch::rank(remote, request, self.max_batch).await,
            "sentence-similarity" => batch::compare(remote, request, self.max_batch).await,
            "custom" => {
                let body = question::whole(request);
                send(remote, "", body).await.map(Answer::into_response)
            }
            task => Err(remote.unsupported(task, &TASKS)),
        }
    }
}

/// Sends a question to one of the server's routes.
async fn send(remote: &Endpoint, route: &str, body: String) -> Result<Answer, InferenceError> {
    remote.ask(remote.post(remote.url([route]), body)).await
}

impl Backend for Tei {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.ask(request).boxed()
    }

    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        let takes_lists = requests.first().is_some_and(|request| {
            matches!(request.task(), "feature-extraction" | "text-classification")
        });
        if takes_lists {
            lists::in_lists(self, requests, self.max_batch).boxed()
        } else {
            lists::one_by_one(self, requests).boxed()
        }
    }

    fn server_address(&self) -> Option<&str> {
        self.reach.host()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        self.reach.get().map(|_| ())
    }

    fn supports(&self, task: &str, _model: &Model) -> Result<(), InferenceError> {
        KIND.supports(task, &TASKS)
    }
}
