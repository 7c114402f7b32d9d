//! Text Generation Inference, with its own routes.
//!
//! Protocol: <https://huggingface.github.io/text-generation-inference/>.

mod builder;
mod wire_request;

use futures_util::future::{BoxFuture, FutureExt};

use builder::KIND;
pub use builder::TgiBuilder;

use super::{Backend, Request, Response, StreamingResponse, http::ConfiguredEndpoint, openai_wire};
use crate::{InferenceError, operation::Model};

/// The supported tasks.
const TASKS: [&str; 2] = ["text-generation", "chat-completion"];

/// A server of [Text Generation Inference](https://github.com/huggingface/text-generation-inference).
///
/// It serves one model, whatever name follows `::`: `text-generation` with `/generate` and `/generate_stream`,
/// `chat-completion` with `/v1/chat/completions`. Both can be streamed.
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
    endpoint: ConfiguredEndpoint,
}

impl Tgi {
    /// Returns a builder without settings.
    #[must_use]
    pub fn builder() -> TgiBuilder {
        TgiBuilder::default()
    }

    async fn predict(&self, request: &Request) -> Result<Response, InferenceError> {
        let endpoint = self.endpoint.get()?;
        let http_request = wire_request::build(endpoint, request, false)?;
        let mut response = endpoint.send(http_request).await?;
        if response.meta.usage.is_none() {
            response.meta.usage = openai_wire::usage(&response.body);
        }
        Ok(response.into_response())
    }

    async fn open_stream(&self, request: &Request) -> Result<StreamingResponse, InferenceError> {
        let endpoint = self.endpoint.get()?;
        let http_request = wire_request::build(endpoint, request, true)?;
        endpoint.stream(http_request).await
    }
}

impl Backend for Tgi {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.predict(request).boxed()
    }

    fn stream<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        self.open_stream(request).boxed()
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
