//! Servers with OpenAI's protocol.
//!
//! Protocol: <https://platform.openai.com/docs/api-reference>; vLLM's extensions:
//! <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>.

mod audio;
mod builder;
mod chat;
mod classify;
mod completions;
mod embeddings;
mod images;
mod ranking;
mod route;

use futures_util::future::{BoxFuture, FutureExt};

use builder::KIND;
pub use builder::OpenAiBuilder;

use super::{Backend, Request, Response, StreamingResponse, batch, http::ConfiguredEndpoint};
use crate::{InferenceError, operation::Model};

/// The supported tasks.
const TASKS: [&str; 8] = [
    "chat-completion",
    "text-generation",
    "feature-extraction",
    "text-ranking",
    "text-classification",
    "text-to-image",
    "automatic-speech-recognition",
    "text-to-speech",
];

/// The tasks that can be streamed.
const STREAMING_TASKS: [&str; 2] = ["chat-completion", "text-generation"];

/// The number of texts that are embedded in one call: servers of this protocol accept as many by default.
const MAX_BATCH: usize = 128;

/// A server with OpenAI's protocol: OpenAI itself, vLLM, Ollama, llama.cpp, LM Studio, LiteLLM and others.
///
/// Not every server supports every task: `chat-completion` uses `/chat/completions`,
/// `text-generation` `/completions`, `feature-extraction` `/embeddings`, `text-ranking` `/rerank` (vLLM,
/// llama.cpp), `text-classification` `/classify` (vLLM), `text-to-image` `/images/generations`,
/// `automatic-speech-recognition` `/audio/transcriptions` and `text-to-speech` `/audio/speech`.
///
/// ```
/// use inference_runtime::{Inference, backend::OpenAi};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let inference = Inference::builder()
///     .backend("ollama", OpenAi::builder().base_url("http://127.0.0.1:11434/v1").build()?)
///     .backend(
///         "openai",
///         OpenAi::builder()
///             .base_url("https://api.openai.com/v1")
///             .api_key_env("OPENAI_API_KEY")
///             .build()?,
///     )
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct OpenAi {
    endpoint: ConfiguredEndpoint,
    /// Whether embeddings are requested in base64.
    base64_embeddings: bool,
    /// The voice of `text-to-speech`.
    voice: String,
}

impl OpenAi {
    /// Returns a builder without settings.
    #[must_use]
    pub fn builder() -> OpenAiBuilder {
        OpenAiBuilder::default()
    }

    async fn predict(&self, request: &Request) -> Result<Response, InferenceError> {
        let endpoint = self.endpoint.get()?;
        match request.task() {
            "chat-completion" => chat::call(endpoint, request).await,
            "text-generation" => completions::call(endpoint, request).await,
            "feature-extraction" => {
                embeddings::call(endpoint, request, self.base64_embeddings).await
            }
            "text-ranking" => ranking::call(endpoint, request).await,
            "text-classification" => classify::call(endpoint, request).await,
            "text-to-image" => images::call(endpoint, request).await,
            "automatic-speech-recognition" => audio::transcribe(endpoint, request).await,
            "text-to-speech" => audio::speak(endpoint, request, &self.voice).await,
            task => Err(endpoint.unsupported(task, &TASKS)),
        }
    }

    async fn open_stream(&self, request: &Request) -> Result<StreamingResponse, InferenceError> {
        let endpoint = self.endpoint.get()?;
        match request.task() {
            "chat-completion" => {
                endpoint
                    .stream(chat::build_request(endpoint, request, true))
                    .await
            }
            "text-generation" => {
                let http_request = completions::build_request(endpoint, request, true)?;
                endpoint.stream(http_request).await
            }
            task => Err(endpoint.unsupported(task, &STREAMING_TASKS)),
        }
    }
}

impl Backend for OpenAi {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.predict(request).boxed()
    }

    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        let takes_lists = requests
            .first()
            .is_some_and(|request| request.task() == "feature-extraction");
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
