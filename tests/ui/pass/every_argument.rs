use axum::{Json, Router, extract::Path, routing::post};
use inference_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Review {
    text: String,
    labels: u32,
}

fn trim(text: &str) -> String {
    text.trim().to_owned()
}

#[infer(
    model = ["org/name", "org/other:hf-inference", "hf::org/third", "ollama::llama3.2:3b", "local::sentiment"],
    task = "text-classification",
    input = review.text,
    parameters(top_k = review.labels, function_to_apply = "softmax"),
    preprocess = trim,
    postprocess = |labels| labels.len(),
    cache(ttl = "1h 30m", scope = user, key = (user, review.text.len())),
    fallback = |error| { tracing_like(&error); 0 },
    timeout = "500ms",
    name = "mood.of-review",
    max_input = "2MiB",
    crate = ::inference_runtime,
)]
async fn handler(
    Path(user): Path<u64>,
    Json(review): Json<Review>,
    #[prediction] count: Prediction<usize>,
) -> String {
    format!("{} {:?}", *count, count.source)
}

fn tracing_like(error: &InferenceError) {
    eprintln!("{error}");
}

fn main() {
    let _: Router = Router::new().route("/{user}", post(handler));
}
