//! Any server that speaks OpenAI's protocol.
//!
//! Protocol: <https://platform.openai.com/docs/api-reference>; what vLLM adds to it:
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

/// What it can be asked for.
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

/// What of it can be streamed.
const STREAMED: [&str; 2] = ["chat-completion", "text-generation"];

/// Texts that are embedded in one call: as many as the servers behind this protocol take without further ado.
const AT_MOST: usize = 128;

/// A server that speaks OpenAI's protocol: OpenAI itself, vLLM, Ollama, llama.cpp, LM Studio, LiteLLM and others.
///
/// Which of the tasks a server answers is its own affair: `chat-completion` by `/chat/completions`,
/// `text-generation` by `/completions`, `feature-extraction` by `/embeddings`, `text-ranking` by `/rerank` (vLLM,
/// llama.cpp), `text-classification` by `/classify` (vLLM), `text-to-image` by `/images/generations`,
/// `automatic-speech-recognition` by `/audio/transcriptions` and `text-to-speech` by `/audio/speech`.
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
    reach: ConfiguredEndpoint,
    /// Whether embeddings are asked for in base64.
    base64_embeddings: bool,
    /// Whose voice speaks.
    voice: String,
}

impl OpenAi {
    /// A server that nothing has been said of yet.
    #[must_use]
    pub fn builder() -> OpenAiBuilder {
        OpenAiBuilder::default()
    }

    async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let remote = self.reach.get()?;
        match request.task() {
            "chat-completion" => chat::ask(remote, request).await,
            "text-generation" => completions::ask(remote, request).await,
            "feature-extraction" => embeddings::ask(remote, request, self.base64_embeddings).await,
            "text-ranking" => ranking::ask(remote, request).await,
            "text-classification" => classify::ask(remote, request).await,
            "text-to-image" => images::ask(remote, request).await,
            "automatic-speech-recognition" => audio::transcribe(remote, request).await,
            "text-to-speech" => audio::speak(remote, request, &self.voice).await,
            task => Err(remote.unsupported(task, &TASKS)),
        }
    }

    async fn open(&self, request: &Request) -> Result<StreamingResponse, InferenceError> {
        let remote = self.reach.get()?;
        match request.task() {
            "chat-completion" => remote.stream(chat::question(remote, request, true)).await,
            "text-generation" => {
                let question = completions::question(remote, request, true)?;
                remote.stream(question).await
            }
            task => Err(remote.unsupported(task, &STREAMED)),
        }
    }
}

impl Backend for OpenAi {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.ask(request).boxed()
    }

    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        let takes_lists = requests
            .first()
            .is_some_and(|request| request.task() == "feature-extraction");
        if takes_lists {
            batch::in_lists(self, requests, AT_MOST).boxed()
        } else {
            batch::one_by_one(self, requests).boxed()
        }
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
