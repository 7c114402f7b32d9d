//! The requests generated from `prompt` and `system`.

use std::fmt;

use axum::{Router, routing::post};
use http::StatusCode;
use inference_runtime::{
    Backend,
    backend::{Request, from_fn},
    prelude::*,
};
use inference_tests::{
    client::{Reply, post_text},
    models::{CallCounter, runtime},
};
use serde_json::json;

/// A model that returns the conversation it received, and the counter of its calls.
fn echo() -> (CallCounter, impl Backend) {
    let calls = CallCounter::default();
    let counted = calls.clone();
    let backend = from_fn(move |request: Request| {
        counted.increment();
        let conversation = request.inputs().to_string();
        async move {
            let message = json!({"role": "assistant", "content": conversation});
            Ok(json!({"choices": [{"message": message, "finish_reason": "stop"}]}))
        }
    });
    (calls, backend)
}

async fn request(handler: axum::routing::MethodRouter, text: &str) -> Reply {
    let app = Router::new()
        .route("/", handler)
        .layer(runtime(echo().1).layer());
    post_text(&app, "/", text).await
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[infer(
    model = "org/chat",
    system = "You speak {{German}}, in {text.len()} bytes.",
    prompt = "Say {first_line(&text)}: {text}"
)]
async fn system_and_prompt(
    text: String,
    #[prediction] reply: String,
) -> Result<String, InferenceError> {
    Ok(reply)
}

#[tokio::test]
async fn system_message_precedes_the_prompt_with_its_values_filled_in() {
    let reply = request(post(system_and_prompt), "hello\nworld").await;
    assert_eq!(
        reply.text(),
        json!([
            {"role": "system", "content": "You speak {German}, in 11 bytes."},
            {"role": "user", "content": "Say hello: hello\nworld"},
        ])
        .to_string()
    );
}

#[tokio::test]
async fn braces_in_client_text_are_not_expanded() {
    let reply = request(post(system_and_prompt), "{text} {{ {0}").await;
    assert!(
        reply
            .text()
            .contains(r#""Say {text} {{ {0}: {text} {{ {0}""#),
        "{}",
        reply.text()
    );
}

#[infer(model = "org/chat", task = "chat-completion", system = "Be brief.")]
async fn converse(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[tokio::test]
async fn system_message_precedes_the_input() {
    let reply = request(post(converse), "hello").await;
    assert_eq!(
        reply.text(),
        json!([
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "hello"},
        ])
        .to_string()
    );
}

#[infer(model = "org/chat", task = "chat-completion", system = "Be brief.", input = text.lines())]
async fn converse_each(
    text: String,
    #[prediction] replies: Each<String>,
) -> Result<String, InferenceError> {
    Ok(replies.all()?.join("\n"))
}

#[tokio::test]
async fn system_message_precedes_each_of_several_inputs() {
    let reply = request(post(converse_each), "one\ntwo").await;
    let expected: Vec<String> = ["one", "two"]
        .map(|text| {
            json!([
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": text},
            ])
            .to_string()
        })
        .into();
    assert_eq!(reply.text(), expected.join("\n"));
}

#[infer(model = "org/chat", prompt = "{text}", system = "{text}", cache = "1m")]
async fn prompt_and_system(
    text: String,
    #[prediction] reply: String,
) -> Result<String, InferenceError> {
    Ok(reply)
}

#[infer(model = "org/chat", prompt = "{text}", cache = "1m")]
async fn prompt_only(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[tokio::test]
async fn prompt_and_system_are_part_of_the_cache_key() {
    let (calls, backend) = echo();
    let app = Router::new()
        .route("/prompt_only", post(prompt_only))
        .route("/prompt_and_system", post(prompt_and_system))
        .layer(runtime(backend).layer());
    for (path, text, count) in [
        ("/prompt_only", "a", 1),
        ("/prompt_only", "a", 1),
        ("/prompt_only", "b", 2),
        ("/prompt_and_system", "a", 3),
        ("/prompt_and_system", "a", 3),
    ] {
        let reply = post_text(&app, path, text).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(calls.count(), count, "{path} {text}");
    }
}

/// A value whose `Display` fails, as that of a time with an invalid format does.
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

#[infer(model = "org/chat", prompt = "{text} {Unprintable}")]
async fn unprintable(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[tokio::test]
async fn failing_display_is_an_internal_error_without_a_panic() {
    let reply = request(post(unprintable), "hello").await;
    assert_eq!(
        reply.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "{}",
        reply.text()
    );
}
