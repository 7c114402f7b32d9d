//! A chat with a streamed answer: `POST /chat {"messages": […]}` responds with server-sent events, and there is a page
//! to try it.
//!
//! The Stop button closes the connection, which drops the stream and ends the call to the model.

use axum::{
    Json, Router,
    response::Html,
    routing::{get, post},
};
use examples::serve;
use inference_runtime::prelude::*;
use serde::Deserialize;

const MODEL: &str = "meta-llama/Llama-3.1-8B-Instruct";

/// The whole conversation: this service is stateless.
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

/// Returns the page. Without a token its form is disabled, and a notice shows the reason.
fn page(inference: &Inference) -> String {
    let notice = examples::configuration_notice(inference, MODEL);
    let state = if notice.is_empty() { "" } else { "disabled" };
    examples::page(
        include_str!("page.html"),
        &[("notice", &notice), ("state", state)],
    )
}
