//! What a model is asked by a prompt.

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
    models::{Calls, runtime},
};
use serde_json::json;

/// A model that answers with the conversation that it was asked, and how often it was.
fn parrot() -> (Calls, impl Backend) {
    let calls = Calls::default();
    let counted = calls.clone();
    let backend = from_fn(move |request: Request| {
        counted.add();
        let said = request.inputs().to_string();
        async move {
            let message = json!({"role": "assistant", "content": said});
            Ok(json!({"choices": [{"message": message, "finish_reason": "stop"}]}))
        }
    });
    (calls, backend)
}

async fn ask(handler: axum::routing::MethodRouter, text: &str) -> Reply {
    let app = Router::new()
        .route("/", handler)
        .layer(runtime(parrot().1).layer());
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
async fn say(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[tokio::test]
async fn the_system_message_comes_first_and_values_are_in_their_places() {
    let reply = ask(post(say), "hello\nworld").await;
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
async fn what_a_client_sends_is_no_template() {
    let reply = ask(post(say), "{text} {{ {0}").await;
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
async fn a_system_message_may_stand_before_an_input() {
    let reply = ask(post(converse), "hello").await;
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
async fn a_system_message_stands_before_each_of_several_inputs() {
    let reply = ask(post(converse_each), "one\ntwo").await;
    let asked: Vec<String> = ["one", "two"]
        .map(|text| {
            json!([
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": text},
            ])
            .to_string()
        })
        .into();
    assert_eq!(reply.text(), asked.join("\n"));
}

#[infer(model = "org/chat", prompt = "{text}", system = "{text}", cache = "1m")]
async fn told_and_asked(
    text: String,
    #[prediction] reply: String,
) -> Result<String, InferenceError> {
    Ok(reply)
}

#[infer(model = "org/chat", prompt = "{text}", cache = "1m")]
async fn asked(text: String, #[prediction] reply: String) -> Result<String, InferenceError> {
    Ok(reply)
}

#[tokio::test]
async fn both_texts_are_part_of_the_key() {
    let (calls, backend) = parrot();
    let app = Router::new()
        .route("/asked", post(asked))
        .route("/both", post(told_and_asked))
        .layer(runtime(backend).layer());
    for (path, text, count) in [
        ("/asked", "a", 1),
        ("/asked", "a", 1),
        ("/asked", "b", 2),
        ("/both", "a", 3),
        ("/both", "a", 3),
    ] {
        let reply = post_text(&app, path, text).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(calls.count(), count, "{path} {text}");
    }
}

/// A value that refuses to be printed, as times with a wrong format do.
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
async fn a_value_that_does_not_print_is_a_failure_and_no_panic() {
    let reply = ask(post(unprintable), "hello").await;
    assert_eq!(
        reply.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "{}",
        reply.text()
    );
}
