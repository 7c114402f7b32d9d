//! Three models classify a post concurrently: `POST /posts {"text": "…"}`, and a page to try it.
//!
//! Each model may fail independently. The mood uses a chain that ends with the embedded model, and a fallback, so it is
//! always available. Without the other two answers, the post is held for review.

mod decision;

use axum::{
    Json, Router,
    response::Html,
    routing::{get, post},
};
use examples::{PredictionResult, serve};
use inference_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use decision::{Decision, decide};

const TOXICITY: &str = "unitary/toxic-bert";

#[derive(Deserialize)]
struct Post {
    text: String,
}

/// The response: the decision, and the result of each model.
#[derive(Serialize)]
struct Review {
    decision: Decision,
    reason: &'static str,
    toxicity: PredictionResult<Vec<Label>>,
    topics: PredictionResult<Vec<Label>>,
    mood: PredictionResult<Label>,
}

#[infer(input = post.text, cache = "10m", timeout = "10s", max_input = "16KB")]
async fn moderate(
    Json(post): Json<Post>,
    #[prediction(
        model = "unitary/toxic-bert",
        task = "text-classification",
        parameters(function_to_apply = "sigmoid", top_k = 6),
        name = "moderation.toxicity"
    )]
    toxicity: Result<Prediction<Vec<Label>>, InferenceError>,
    #[prediction(
        model = "facebook/bart-large-mnli",
        task = "zero-shot-classification",
        parameters(
            candidate_labels = ["question", "opinion", "praise", "complaint", decision::ADVERTISEMENT],
            hypothesis_template = "This post is a {}.",
        ),
        name = "moderation.topics",
    )]
    topics: Result<Prediction<Vec<Label>>, InferenceError>,
    #[prediction(
        model = ["distilbert/distilbert-base-uncased-finetuned-sst-2-english", "local::sentiment"],
        task = "text-classification",
        fallback = Label::new("NEUTRAL", 0.0),
        name = "moderation.mood",
    )]
    mood: Prediction<Label>,
) -> Json<Review> {
    let toxicity = PredictionResult::from(toxicity);
    let topics = PredictionResult::from(topics);
    let (decision, reason) = decide(toxicity.value(), topics.value());
    Json(Review {
        decision,
        reason,
        toxicity,
        topics,
        mood: mood.into(),
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    serve::log_to_stderr();
    let inference = Inference::from_env()?;
    let page = page(&inference);
    let app = Router::new()
        .route("/posts", post(moderate))
        .route("/", get(async || Html(page)))
        .layer(inference.layer());
    serve::until_ctrl_c(app, &inference).await
}

/// Returns the page, with a notice if the token is missing.
fn page(inference: &Inference) -> String {
    let notice = examples::configuration_notice(inference, TOXICITY);
    let intro = if notice.is_empty() {
        "Three models on Hugging Face run concurrently: toxicity, topic and mood."
    } else {
        "The mood comes from the small model embedded in the runtime. Toxicity and topic need models on Hugging Face: \
         until they are configured, every post is held for review."
    };
    examples::page(
        include_str!("page.html"),
        &[("intro", intro), ("notice", &notice)],
    )
}
