//! Three models read one post, all at the same time: `POST /posts {"text": "…"}`, and a page to try it on.
//!
//! Each may fail without the others. The mood has a chain with the embedded model at its end and a fallback behind
//! that, so it is always there; without the other two a person decides.

mod decision;

use axum::{
    Json, Router,
    response::Html,
    routing::{get, post},
};
use examples::{Answered, serve};
use inference_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use decision::{Decision, decide};

const TOXICITY: &str = "unitary/toxic-bert";

#[derive(Deserialize)]
struct Post {
    text: String,
}

/// What the page shows: the decision, and what each model said.
#[derive(Serialize)]
struct Review {
    decision: Decision,
    reason: &'static str,
    toxicity: Answered<Vec<Label>>,
    topics: Answered<Vec<Label>>,
    mood: Answered<Label>,
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
    let toxicity = Answered::from(toxicity);
    let topics = Answered::from(topics);
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

/// The page, with a line on what is not there without a token.
fn page(inference: &Inference) -> String {
    let missing = examples::missing(inference, TOXICITY);
    let who = if missing.is_empty() {
        "Toxicity, topic and mood are three models on Hugging Face, asked at the same time."
    } else {
        "The mood is answered by the small model embedded in the runtime. Toxicity and topic are models on Hugging \
         Face: until they can be asked, a person decides on every post."
    };
    examples::page(
        include_str!("page.html"),
        &[("who", who), ("missing", &missing)],
    )
}
