//! Spans, events and metrics, and what they must not contain.

mod content;
mod events;
mod metrics;
mod repeated;
mod spans;
mod streams;

use axum::{Router, routing::post};
use inference_runtime::{
    Backend,
    backend::{Request, Response, Usage, from_fn},
    prelude::*,
};
use inference_tests::models::labels;
use serde_json::json;

#[infer(
    model = "org/moods",
    task = "text-classification",
    cache(ttl = "1m", stale_if_error = "1m"),
    name = "telemetry::cached"
)]
async fn cached(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = ["org/moods", "second::moods"],
    task = "text-classification",
    fallback = Label::new("NEUTRAL", 0.0),
    name = "telemetry::chain",
)]
async fn chain(text: String, #[prediction] label: Label) -> String {
    label.label
}

#[infer(
    model = "org/llama:groq",
    prompt = "Say {text}.",
    name = "telemetry::chat"
)]
async fn chat(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[infer(model = "org/number", task = "custom", name = "telemetry::number")]
async fn number(
    text: String,
    #[prediction] number: Structured<u32>,
) -> Result<String, InferenceError> {
    Ok(number.to_string())
}

/// Builds a router with all handlers and this backend.
fn app(first: impl Backend) -> Router {
    serve(
        &Inference::builder()
            .backend("hf", first)
            .build()
            .expect("the runtime should build"),
    )
}

fn serve(inference: &Inference) -> Router {
    Router::new()
        .route("/cached", post(cached))
        .route("/chain", post(chain))
        .route("/chat", post(chat))
        .route("/number", post(number))
        .layer(inference.layer())
}

/// A model that reports its name, its provider and its token usage.
fn reporting_usage() -> impl Backend {
    from_fn(|_: Request| async {
        let mut usage = Usage::default();
        usage.input_tokens = Some(3);
        usage.output_tokens = Some(5);
        let mut response = Response::json(&labels(&[("POSITIVE", 0.9)]));
        response.model = Some("org/moods-v2".to_owned());
        response.provider = Some("groq".to_owned());
        response.usage = Some(usage);
        Ok(response)
    })
}

/// A chat model that always returns this text.
fn chat_model(text: &'static str) -> impl Backend {
    from_fn(move |_: Request| async move {
        Ok(json!({"choices": [{
            "message": {"role": "assistant", "content": text},
            "finish_reason": "stop",
        }]}))
    })
}
