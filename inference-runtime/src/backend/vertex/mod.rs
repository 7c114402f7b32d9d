//! Vertex AI: endpoints of one's own, and the models that Google serves in OpenAI's form.
//!
//! Protocol: <https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/predict>.

mod answer;
mod builder;
mod question;
mod route;
mod token;

use futures_util::future::{BoxFuture, FutureExt};
use reqwest::StatusCode;

use builder::KIND;
pub use builder::VertexBuilder;

use self::{question::Question, route::Place, token::Tokens};
use super::{
    Backend, Request, Response, StreamingResponse,
    http::{ConfiguredEndpoint, Credential, Endpoint},
    openai_wire,
};
use crate::{ErrorKind, InferenceError, operation::Model};

/// What it can be asked for.
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
/// Chat goes by OpenAI's form and can be streamed. The other tasks go by `:predict`, with one instance in the form that
/// Hugging Face's containers take, or with a row for an instance where the input is a table. `custom` sends
/// `instances` as they are and gives the answer as it is; with `parameters(raw = true)` it goes by `:rawPredict`.
///
/// ```
/// use inference_runtime::{Inference, backend::Vertex};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let vertex = Vertex::builder()
///     .project("my-project")
///     .location("europe-west4")
///     // Asked again before the token runs out, and when it is refused.
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
    reach: ConfiguredEndpoint,
    place: Place,
    tokens: Option<Tokens>,
}

/// What a program without a way to a token is told.
const NO_TOKEN: &str = "there is no access token for Vertex AI; help: give the backend a `token_provider`, or set `api_key_env` or `api_key_file`";

impl Vertex {
    /// A project that nothing has been said of yet.
    #[must_use]
    pub fn builder() -> VertexBuilder {
        VertexBuilder::default()
    }

    fn ready(&self) -> Result<(&Endpoint, &Tokens), InferenceError> {
        let remote = self.reach.get()?;
        match &self.tokens {
            Some(tokens) => Ok((remote, tokens)),
            None => Err(InferenceError::new(ErrorKind::NotConfigured, NO_TOKEN)),
        }
    }

    async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let (remote, tokens) = self.ready()?;
        let question = Question::of(remote, &self.place, request, false)?;
        let mut answer = authorised(tokens, |token| {
            let question = question.post(remote);
            async move { remote.ask_as(&token, question).await }.boxed()
        })
        .await?;
        if request.task() == "chat-completion" {
            answer.facts.usage = openai_wire::counted(&answer.body).or(answer.facts.usage);
            return Ok(answer.into_response());
        }
        let whole = answer.json()?;
        let canonical = answer::canonical(remote, request, whole)?;
        Ok(answer.with_json(&canonical))
    }

    async fn open(&self, request: &Request) -> Result<StreamingResponse, InferenceError> {
        let (remote, tokens) = self.ready()?;
        if request.task() != "chat-completion" {
            return Err(remote.unsupported(request.task(), &["chat-completion"]));
        }
        let question = Question::of(remote, &self.place, request, true)?;
        authorised(tokens, |token| {
            let question = question.post(remote);
            async move { remote.stream_as(&token, question).await }.boxed()
        })
        .await
    }
}

/// Asks, and where the token is refused once more with a new one.
async fn authorised<'r, T>(
    tokens: &Tokens,
    ask: impl Fn(Credential) -> BoxFuture<'r, Result<T, InferenceError>>,
) -> Result<T, InferenceError> {
    let token = tokens.get().await?;
    match ask(token.clone()).await {
        Err(error) if error.upstream_status() == Some(StatusCode::UNAUTHORIZED) => {
            match tokens.instead_of(&token).await? {
                Some(token) => ask(token).await,
                None => Err(error),
            }
        }
        outcome => outcome,
    }
}

impl Backend for Vertex {
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
        self.ready().map(|_| ())
    }

    fn supports(&self, task: &str, model: &Model) -> Result<(), InferenceError> {
        KIND.supports(task, &TASKS)?;
        if task == "chat-completion" {
            return Ok(());
        }
        route::check(model.name()).map_err(|wrong| KIND.unfit(wrong))
    }
}
