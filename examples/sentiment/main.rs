//! The sentiment of a review: `POST /sentiment {"text": "…"}`, and a page to try it.
//!
//! With `HF_TOKEN` the model on Hugging Face answers. Without it, or when that model is down, the small model embedded
//! in the runtime answers.

use axum::{
    Json, Router,
    response::Html,
    routing::{get, post},
};
use examples::serve;
use inference_runtime::prelude::*;
use serde::{Deserialize, Serialize};

const HOSTED: &str = "distilbert/distilbert-base-uncased-finetuned-sst-2-english";

#[derive(Deserialize)]
struct Review {
    text: String,
}

/// The response: the label, its source and its model.
#[derive(Serialize)]
struct Verdict {
    label: String,
    score: f64,
    source: Source,
    model: Option<String>,
    elapsed_ms: f64,
}

#[infer(
    model = ["distilbert/distilbert-base-uncased-finetuned-sst-2-english", "local::sentiment"],
    task = "text-classification",
    input = review.text,
    cache = "5m",
    timeout = "5s",
    max_input = "64KB",
    name = "sentiment",
)]
async fn sentiment(
    Json(review): Json<Review>,
    #[prediction] prediction: Prediction<Label>,
) -> Result<Json<Verdict>, InferenceError> {
    // Rounded to microseconds.
    let elapsed_ms = (prediction.elapsed.as_secs_f64() * 1_000_000.0).round() / 1_000.0;
    let Label { label, score } = prediction.value;
    Ok(Json(Verdict {
        label,
        score,
        source: prediction.source,
        model: prediction.model,
        elapsed_ms,
    }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    serve::log_to_stderr();
    let inference = Inference::from_env()?;
    let page = page(&inference);
    let app = Router::new()
        .route("/sentiment", post(sentiment))
        .route("/", get(async || Html(page)))
        .layer(inference.layer());
    serve::until_ctrl_c(app, &inference).await
}

/// Returns the page, with a line on the model that will answer.
fn page(inference: &Inference) -> String {
    let intro = if inference.check_model(HOSTED).is_ok() {
        "Answered by <code>distilbert</code> on Hugging Face, and by the embedded model when that is down."
    } else {
        "Answered by the small model embedded in the runtime. Set <code>HF_TOKEN</code> and restart to use \
         <code>distilbert</code> on Hugging Face."
    };
    examples::page(include_str!("page.html"), &[("intro", intro)])
}
