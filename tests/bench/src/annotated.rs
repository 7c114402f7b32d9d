//! The service with `#[infer]`.

use axum::{Json, Router, routing::post};
use inference_runtime::{backend::HuggingFace, prelude::*};

use crate::{Review, TOKEN};

/// Cache only.
#[infer(
    model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    task = "text-classification",
    input = review.text,
    cache = "1h",
    fallback = Label::new("NEUTRAL", 0.0),
)]
async fn plain(Json(review): Json<Review>, #[prediction] label: Label) -> Json<Label> {
    Json(label)
}

/// All policies.
#[infer(
    model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    task = "text-classification",
    input = review.text,
    cache(ttl = "1h", stale_if_error = "1h"),
    timeout = "5s",
    retry(attempts = 3, backoff = "100ms", attempt_timeout = "2s"),
    circuit_breaker(failures = 5, reset = "1s"),
    rate_limit = "1000000/s",
    concurrency = 1024,
    fallback = Label::new("NEUTRAL", 0.0),
)]
async fn guarded(Json(review): Json<Review>, #[prediction] label: Label) -> Json<Label> {
    Json(label)
}

/// No cache: every request is a call.
#[infer(
    model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    task = "text-classification",
    input = review.text,
    fallback = Label::new("NEUTRAL", 0.0),
)]
async fn uncached(Json(review): Json<Review>, #[prediction] label: Label) -> Json<Label> {
    Json(label)
}

/// A TTL of one second, and stale answers for an hour.
#[infer(
    model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    task = "text-classification",
    input = review.text,
    cache(ttl = "1s", stale_if_error = "1h"),
    timeout = "2s",
    circuit_breaker(failures = 5, reset = "1s"),
)]
async fn stale_if_error(
    Json(review): Json<Review>,
    #[prediction] label: Prediction<Label>,
) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label.into_inner()))
}

/// One call for all processes that share a store.
#[infer(
    model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    task = "text-classification",
    input = review.text,
    cache(ttl = "1h", single_flight = "cluster"),
    timeout = "5s",
)]
async fn cluster(
    Json(review): Json<Review>,
    #[prediction] label: Label,
) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

/// The routes. The caller provides the runtime, through the layer or as the process default.
pub fn routes() -> Router {
    Router::new()
        .route("/plain", post(plain))
        .route("/guarded", post(guarded))
        .route("/uncached", post(uncached))
        .route("/stale_if_error", post(stale_if_error))
        .route("/cluster", post(cluster))
}

/// Builds a runtime whose models are served at this URL.
///
/// # Errors
///
/// If the URL is invalid.
pub fn runtime(upstream: &str) -> Result<Inference, Box<dyn std::error::Error>> {
    let hugging_face = HuggingFace::builder().base_url(upstream).token(TOKEN);
    let builder = Inference::builder().backend("hf", hugging_face.build()?);
    Ok(builder.build()?)
}
