//! [LiteLLM](https://docs.litellm.ai)'s proxy, an OpenAI-compatible server, with a mock response.

use axum::{Router, routing::post};
use inference_runtime::{backend::OpenAi, prelude::*};
use inference_tests::client::{Reply, post_text};

use super::server::{Server, file, free_ports, program};

const KEY: &str = "sk-third-party-tests";

/// The mock response in the configuration.
const MOCK_RESPONSE: &str = "Lima is the capital of Peru.";

#[infer(model = "litellm::guide", task = "chat-completion", timeout = "60s")]
async fn unary(
    question: String,
    #[prediction] reply: Prediction<String>,
) -> Result<String, InferenceError> {
    let usage = reply.usage.and_then(|usage| usage.output_tokens);
    Ok(format!(
        "{} {}",
        *reply,
        usage.is_some_and(|tokens| tokens > 0)
    ))
}

#[infer(model = "litellm::guide", task = "chat-completion", timeout = "60s")]
async fn streamed(
    question: String,
    #[prediction] reply: TextStream,
) -> Result<TextStream, InferenceError> {
    Ok(reply)
}

#[infer(model = "litellm::unknown", task = "chat-completion", timeout = "60s")]
async fn unknown(question: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

fn app(url: &str, key: &str) -> Router {
    let litellm = OpenAi::builder().base_url(url).api_key(key);
    let inference = Inference::builder()
        .backend(
            "litellm",
            litellm.build().expect("the backend should build"),
        )
        .build()
        .expect("the runtime should build");
    Router::new()
        .route("/unary", post(unary))
        .route("/streamed", post(streamed))
        .route("/unknown", post(unknown))
        .layer(inference.layer())
}

/// Returns the number of chunks and the text of an event stream.
fn chunks_and_text(reply: &Reply) -> (usize, String) {
    let chunks: Vec<_> = reply
        .text()
        .split("\n\n")
        .filter(|event| !event.starts_with("event:"))
        .filter_map(|event| event.strip_prefix("data: "))
        .collect();
    (chunks.len(), chunks.concat())
}

#[tokio::test]
async fn chat_through_the_proxy_works_unary_and_streamed() {
    let [port] = free_ports();
    let mut command = program("litellm", "litellm");
    command
        .arg("--config")
        .arg(file("litellm/config.yaml"))
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        .args(["--num_workers", "1", "--telemetry", "False"])
        .env("LITELLM_MASTER_KEY", KEY)
        .env("LITELLM_LOCAL_MODEL_COST_MAP", "True");
    let server = Server::start(&mut command, port).await;
    let proxy = app(&server.url(), KEY);

    let reply = post_text(&proxy, "/unary", "What is the capital of Peru?").await;
    assert_eq!(
        (reply.status.as_u16(), reply.text()),
        (200, &*format!("{MOCK_RESPONSE} true"))
    );

    let reply = post_text(&proxy, "/streamed", "What is the capital of Peru?").await;
    assert_eq!(reply.header("content-type"), "text/event-stream");
    let (chunks, text) = chunks_and_text(&reply);
    assert_eq!(text, MOCK_RESPONSE);
    assert!(chunks > 1, "expected several chunks: {}", reply.text());
    assert!(reply.text().contains("event: done\n"), "{}", reply.text());

    let reply = post_text(&proxy, "/unknown", "Who is there?").await;
    assert_eq!(reply.problem_kind(), "model_not_found");
    let reply = post_text(&app(&server.url(), "sk-unknown"), "/unary", "Hi").await;
    assert_eq!(reply.problem_kind(), "unauthorized");
    server.stop().await;
}
