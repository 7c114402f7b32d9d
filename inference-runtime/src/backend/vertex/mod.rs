//! Vertex AI: private endpoints, and the models that Google serves in OpenAI's form.
//!
//! Protocol: <https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/predict>.

mod builder;
mod output;
mod route;
mod token;
mod wire_request;

use futures_util::future::{BoxFuture, FutureExt};
use reqwest::StatusCode;

use builder::KIND;
pub use builder::VertexBuilder;

use self::{route::Location, token::Tokens, wire_request::WireRequest};
use super::{
    Backend, Request, Response, StreamingResponse,
    http::{ConfiguredEndpoint, Credential, Endpoint},
    openai_wire,
};
use crate::{ErrorKind, InferenceError, operation::Model};

/// The supported tasks.
const TASKS: [&str; 16] = [
    "chat-completion",
    "custom",
    "text-generation",
    "text-classification",
    "zero-shot-classification",
    "token-classification",
    "question-answering",
    "summarization",
    "translation",
    "fill-mask",
    "feature-extraction",
    "sentence-similarity",
    "text-ranking",
    "image-classification",
    "tabular-classification",
    "tabular-regression",
];

/// [Vertex AI](https://cloud.google.com/vertex-ai).
///
/// The model is the id of an endpoint, or for `chat-completion` also one that Google serves (`google/gemini-2.5-flash`).
/// Chat uses OpenAI's form and can be streamed. The other tasks use `:predict`, with one instance in the form that
/// Hugging Face's containers accept, or with one instance per row if the input is a table. `custom` sends
/// `instances` unchanged and returns the response unchanged; with `parameters(raw = true)` it uses `:rawPredict`.
///
/// ```
/// use inference_runtime::{Inference, backend::Vertex};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let vertex = Vertex::builder()
///     .project("my-project")
///     .location("europe-west4")
///     // Called again before the token expires, and when it is refused.
///     .token_provider(|| async {
///         let token: String = std::env::var("GOOGLE_ACCESS_TOKEN")?;
///         Ok::<_, std::env::VarError>(token.into())
///     })
///     .build()?;
/// let inference = Inference::builder().backend("vertex", vertex).build()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Vertex {
    endpoint: ConfiguredEndpoint,
    location: Location,
    tokens: Option<Tokens>,
}

/// The message if there is no source of tokens.
const NO_TOKEN: &str = "there is no access token for Vertex AI; help: give the backend a `token_provider`, or set `api_key_env` or `api_key_file`";

impl Vertex {
    /// Returns a builder without settings.
    #[must_use]
    pub fn builder() -> VertexBuilder {
        VertexBuilder::default()
    }

    fn configured(&self) -> Result<(&Endpoint, &Tokens), InferenceError> {
        let endpoint = self.endpoint.get()?;
        match &self.tokens {
            Some(tokens) => Ok((endpoint, tokens)),
            None => Err(InferenceError::new(ErrorKind::NotConfigured, NO_TOKEN)),
        }
    }

    async fn predict(&self, request: &Request) -> Result<Response, InferenceError> {
        let (endpoint, tokens) = self.configured()?;
        let wire_request = WireRequest::new(endpoint, &self.location, request, false)?;
        let mut response = with_token(tokens, |token| {
            let http_request = wire_request.post(endpoint);
            async move { endpoint.send_with(&token, http_request).await }.boxed()
        })
        .await?;
        if request.task() == "chat-completion" {
            response.meta.usage = openai_wire::usage(&response.body).or(response.meta.usage);
            return Ok(response.into_response());
        }
        let output = output::to_output(endpoint, request, response.json()?)?;
        Ok(response.with_json(&output))
    }

    async fn open_stream(&self, request: &Request) -> Result<StreamingResponse, InferenceError> {
        let (endpoint, tokens) = self.configured()?;
        if request.task() != "chat-completion" {
            return Err(endpoint.unsupported(request.task(), &["chat-completion"]));
        }
        let wire_request = WireRequest::new(endpoint, &self.location, request, true)?;
        with_token(tokens, |token| {
            let http_request = wire_request.post(endpoint);
            async move { endpoint.stream_with(&token, http_request).await }.boxed()
        })
        .await
    }
}

/// Sends a request with a token; once more with a new one if the token is refused.
async fn with_token<'r, T>(
    tokens: &Tokens,
    send: impl Fn(Credential) -> BoxFuture<'r, Result<T, InferenceError>>,
) -> Result<T, InferenceError> {
    let token = tokens.get().await?;
    match send(token.clone()).await {
        Err(error) if error.upstream_status() == Some(StatusCode::UNAUTHORIZED) => {
            match tokens.replace(&token).await? {
                Some(token) => send(token).await,
                None => Err(error),
            }
        }
        result => result,
    }
}

impl Backend for Vertex {
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
        self.configured().map(|_| ())
    }

    fn supports(&self, task: &str, model: &Model) -> Result<(), InferenceError> {
        KIND.supports(task, &TASKS)?;
        if task == "chat-completion" {
            return Ok(());
        }
        route::check(model.name()).map_err(|wrong| KIND.unsupported_request(wrong))
    }
}
