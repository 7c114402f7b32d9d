use axum::Json;
use inference_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Review {
    text: String,
}

#[infer(model = "org/name", prompt = "Summarise: {review}")]
async fn handler(
    Json(review): Json<Review>,
    #[prediction] reply: String,
) -> Result<String, InferenceError> {
    Ok(reply)
}

fn main() {}
