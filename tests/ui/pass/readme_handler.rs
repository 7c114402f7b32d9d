use axum::{Json, Router, routing::post};
use inference_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Review {
    text: String,
}

/// Returns the sentiment of a review.
#[infer(
    model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
    task = "text-classification",
    input = review.text,
    cache = "5m",
    fallback = Label::new("NEUTRAL", 0.0),
)]
async fn sentiment(Json(review): Json<Review>, #[prediction] label: Label) -> Json<Label> {
    Json(label)
}

fn main() {
    let _: Router = Router::new().route("/sentiment", post(sentiment));
}
