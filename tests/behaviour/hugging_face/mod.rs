//! Hugging Face, played by a server on loopback: what is sent, what is made of the answers, and what is kept to
//! ourselves.

mod environment;
mod errors;
mod redirects;
mod requests;
mod rubbish;
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

/// A token that nobody may see.
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

/// Everything that an error tells a program.
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

/// Hugging Face at the scripted server's address.
pub(crate) fn at(upstream: &Upstream) -> HuggingFaceBuilder {
    HuggingFace::builder().base_url(upstream.url()).token(TOKEN)
}

/// The handlers above, asking this.
fn app(backend: HuggingFaceBuilder) -> Router {
    let inference = Inference::builder()
        .backend("hf", backend.build().expect("a backend"))
        .build()
        .expect("a runtime");
    Router::new()
        .route("/plain", post(plain))
        .route("/cached", post(cached))
        .route("/observed", post(observed))
        .layer(inference.layer())
}

/// A good answer to the handlers above.
fn positive() -> Answer {
    Answer::json(&inference_tests::models::labels(&[("POSITIVE", 0.9)]))
}
