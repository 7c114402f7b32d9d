use axum::{Router, routing::post};
use inference_runtime::prelude::*;

#[infer(model = "org/name", task = "text-classification", timeout = 3)]
async fn handler(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn router() -> Router {
    Router::new().route("/", post(handler))
}

fn main() {}
