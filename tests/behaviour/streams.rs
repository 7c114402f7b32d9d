//! Text streams, from the service to the client.

mod backpressure;
mod empty;
mod ends;
mod failures;
mod requests;
mod time;

use axum::{
    Router,
    body::{Body, BodyDataStream},
    routing::post,
};
use futures_util::StreamExt;
use http::{HeaderMap, Request, StatusCode};
use inference_runtime::{
    __private::{Model, Operation, Spec},
    Backend, Receive,
    backend::HuggingFace,
    prelude::*,
    task::{ChatCompletion, TextGeneration},
};
use inference_tests::upstream::Upstream;
use tower::ServiceExt;

static ONE: [Model; 1] = [Model::new("hf", "org/model", "")];
static TWO: [Model; 2] = [
    Model::new("hf", "org/model", ""),
    Model::new("hf", "org/second", ""),
];

static CHAT: Operation<ChatCompletion> = Operation::new(Spec::new("streams::chat", &ONE));
static SHORT: Operation<ChatCompletion> =
    Operation::new(Spec::new("streams::short", &ONE).timeout(200));
static LONG: Operation<ChatCompletion> =
    Operation::new(Spec::new("streams::long", &ONE).timeout(60_000));
static CHAIN: Operation<ChatCompletion> = Operation::new(Spec::new("streams::chain", &TWO));
static TEXT: Operation<TextGeneration> = Operation::new(Spec::new("streams::text", &ONE));

async fn chat(inference: Inference, text: String) -> Result<TextStream, InferenceError> {
    TextStream::receive(CHAT.call(&inference, &text)).await
}

async fn short(inference: Inference, text: String) -> Result<TextStream, InferenceError> {
    TextStream::receive(SHORT.call(&inference, &text)).await
}

async fn long(inference: Inference, text: String) -> Result<TextStream, InferenceError> {
    TextStream::receive(LONG.call(&inference, &text)).await
}

async fn chain(inference: Inference, text: String) -> Result<TextStream, InferenceError> {
    let stream = <Prediction<TextStream>>::receive(CHAIN.call(&inference, &text)).await?;
    assert_eq!(stream.model.as_deref(), stream.value.model());
    Ok(stream.into_inner())
}

async fn generate(inference: Inference, text: String) -> Result<TextStream, InferenceError> {
    TextStream::receive(TEXT.call(&inference, &text)).await
}

async fn with_fallback(inference: Inference, text: String) -> TextStream {
    match TextStream::receive(CHAT.call(&inference, &text)).await {
        Ok(stream) => stream,
        Err(error) => {
            let _ = CHAT.failed(&inference, error);
            <TextStream as Receive<ChatCompletion>>::from_fallback("Ask me\nlater.".to_owned())
        }
    }
}

/// Collects the stream in the handler.
async fn collected(inference: Inference, text: String) -> Result<String, InferenceError> {
    let mut stream = TextStream::receive(CHAT.call(&inference, &text)).await?;
    let text = stream.collect_text().await?;
    Ok(format!(
        "{text} {:?} {:?}",
        stream.finish_reason(),
        stream.usage().is_some()
    ))
}

fn app(backend: impl Backend) -> Router {
    let inference = Inference::builder()
        .backend("hf", backend)
        .build()
        .expect("the runtime should build");
    Router::new()
        .route("/chat", post(chat))
        .route("/short", post(short))
        .route("/long", post(long))
        .route("/chain", post(chain))
        .route("/generate", post(generate))
        .route("/with-fallback", post(with_fallback))
        .route("/collected", post(collected))
        .layer(inference.layer())
}

fn app_for(upstream: &Upstream) -> Router {
    let backend = HuggingFace::builder()
        .base_url(upstream.url())
        .token("hf_test");
    app(backend.build().expect("the backend should build"))
}

/// A response whose body is read event by event.
struct Events {
    status: StatusCode,
    headers: HeaderMap,
    body: BodyDataStream,
}

impl Events {
    async fn open(app: &Router, path: &str) -> Self {
        let request = Request::post(path)
            .body(Body::from("Hi"))
            .expect("the request should be valid");
        let response = app
            .clone()
            .oneshot(request)
            .await
            .expect("the router is infallible");
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.into_data_stream(),
        }
    }

    /// Returns the next event, as sent to the client.
    async fn next(&mut self) -> Option<String> {
        let bytes = self.body.next().await?.expect("the body should not fail");
        Some(String::from_utf8(bytes.into()).expect("the event should be UTF-8"))
    }

    async fn rest(mut self) -> String {
        let mut all = String::new();
        while let Some(event) = self.next().await {
            all.push_str(&event);
        }
        all
    }
}
