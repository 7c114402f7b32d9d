//! A conversation with a model that is read while it is written: `POST /chat {"messages": […]}` is answered by
//! server-sent events, and a page to try it on.
//!
//! The Stop button closes the connection: the answer is dropped with it, and with the answer the call to the model.

use axum::{
    Json, Router,
    response::Html,
    routing::{get, post},
};
use examples::serve;
use inference_runtime::prelude::*;
use serde::Deserialize;

const MODEL: &str = "meta-llama/Llama-3.1-8B-Instruct";

/// The whole conversation: this service keeps none of it.
#[derive(Deserialize)]
struct Conversation {
    messages: Vec<Message>,
}

#[infer(
    model = ["meta-llama/Llama-3.1-8B-Instruct", "openai/gpt-oss-20b"],
    task = "chat-completion",
    system = "You answer briefly, in plain text without Markdown.",
    input = conversation.messages,
    parameters(max_tokens = 2_000),
    timeout = "30s",
    max_input = "256KB",
    name = "chat",
)]
async fn chat(
    Json(conversation): Json<Conversation>,
    #[prediction] answer: TextStream,
) -> Result<TextStream, InferenceError> {
    Ok(answer)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    serve::log_to_stderr();
    let inference = Inference::from_env()?;
    let page = page(&inference);
    let app = Router::new()
        .route("/chat", post(chat))
        .route("/", get(async || Html(page)))
        .layer(inference.layer());
    serve::until_ctrl_c(app, &inference).await
}

/// The page; without a token nobody can be asked, and it says so before one types.
fn page(inference: &Inference) -> String {
    let missing = examples::missing(inference, MODEL);
    let state = if missing.is_empty() { "" } else { "disabled" };
    examples::page(
        include_str!("page.html"),
        &[("missing", &missing), ("state", state)],
    )
}
