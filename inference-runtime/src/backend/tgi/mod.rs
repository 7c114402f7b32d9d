//! Text Generation Inference, over its own routes.
//!
//! Protocol: <https://huggingface.github.io/text-generation-inference/>.

mod builder;
mod question;

use futures_util::future::{BoxFuture, FutureExt};

use builder::KIND;
pub use builder::TgiBuilder;

use super::{Backend, Request, Response, StreamingResponse, http::ConfiguredEndpoint, openai_wire};
use crate::{InferenceError, operation::Model};

/// What it can be asked for.
const TASKS: [&str; 2] = ["text-generation", "chat-completion"];

/// A server of [Text Generation Inference](https://github.com/huggingface/text-generation-inference).
///
/// It serves one model, whatever the name behind `::` says: `text-generation` by `/generate` and `/generate_stream`,
/// `chat-completion` by `/v1/chat/completions`. Both can be streamed.
///
/// ```
/// use inference_runtime::{Inference, backend::Tgi};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let inference = Inference::builder()
///     .backend("writer", Tgi::builder().base_url("http://127.0.0.1:3000").build()?)
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Tgi {
    reach: ConfiguredEndpoint,
}

impl Tgi {
    /// A server that nothing has been said of yet.
    #[must_use]
    pub fn builder() -> TgiBuilder {
        TgiBuilder::default()
    }

    async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let remote = self.reach.get()?;
        let question = question::write(remote, request, false)?;
        let mut answer = remote.ask(question).await?;
        if answer.facts.usage.is_none() {
            answer.facts.usage = openai_wire::counted(&answer.body);
        }
        Ok(answer.into_response())
    }

    async fn open(&self, request: &Request) -> Result<StreamingResponse, InferenceError> {
        let remote = self.reach.get()?;
        remote.stream(question::write(remote, request, true)?).await
    }
}

impl Backend for Tgi {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.ask(request).boxed()
    }

    fn stream<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        self.open(request).boxed()
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
