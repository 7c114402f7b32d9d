//! The Hugging Face backend against a scripted server: requests, response handling, and secrets.

mod environment;
mod errors;
mod malformed;
mod redirects;
mod requests;
mod secrets;
mod sharing;
mod tasks;

use axum::{Json, Router, routing::post};
use inference_runtime::{
    backend::{HuggingFace, HuggingFaceBuilder},
    prelude::*,
};
use inference_tests::upstream::{Answer, Upstream};
use serde_json::{Value, json};

/// A token that must not appear in any output.
const TOKEN: &str = "hf_NobodyMaySeeThisOne0123456789";

#[infer(model = "org/model", task = "text-classification", timeout = "5s")]
async fn plain(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "5s",
    cache = "1m",
    fallback = Label::new("FALLBACK", 0.0),
)]
async fn cached(text: String, #[prediction] label: Prediction<Label>) -> String {
    format!("{} {}", label.label, label.source)
}

/// Returns every field of the prediction or the error.
#[infer(model = "org/model", task = "text-classification", timeout = "5s")]
async fn observed(
    text: String,
    #[prediction] label: Result<Prediction<Label>, InferenceError>,
) -> Json<Value> {
    Json(match label {
        Ok(label) => json!({
            "label": label.label,
            "model": label.model,
            "provider": label.provider,
            "usage": label.usage,
        }),
        Err(error) => json!({
            "kind": error.kind().as_str(),
            "message": error.to_string(),
            "debug": format!("{error:?}"),
            "backend": error.backend(),
            "model": error.model(),
            "provider": error.provider(),
            "request_id": error.request_id(),
            "upstream_status": error.upstream_status().map(|status| status.as_u16()),
            "upstream": error.upstream(),
            "retry_after": error.retry_after().map(|wait| wait.as_secs_f64()),
        }),
    })
}

/// Returns a builder of the Hugging Face backend with the URL of the scripted server.
pub(crate) fn builder_for(upstream: &Upstream) -> HuggingFaceBuilder {
    HuggingFace::builder().base_url(upstream.url()).token(TOKEN)
}

/// Builds a router with the handlers above and this backend.
fn app(backend: HuggingFaceBuilder) -> Router {
    let inference = Inference::builder()
        .backend("hf", backend.build().expect("the backend should build"))
        .build()
        .expect("the runtime should build");
    Router::new()
        .route("/plain", post(plain))
        .route("/cached", post(cached))
        .route("/observed", post(observed))
        .layer(inference.layer())
}

/// A valid answer for the handlers above.
fn positive() -> Answer {
    Answer::json(&inference_tests::models::labels(&[("POSITIVE", 0.9)]))
}
