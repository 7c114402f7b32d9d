//! Conversations: the requests to Hugging Face's router and the values delivered to handlers.
//!
//! The operations are written by hand as `#[infer]` generates them.

use axum::{Json, Router, routing::post};
use http::StatusCode;
use inference_runtime::{
    __private::{Model, Operation, Spec},
    Receive,
    backend::HuggingFace,
    prelude::*,
    task::{ChatCompletion, ChatCompletionParameters, Part, Tool, ToolChoice},
};
use inference_tests::{
    client::{post_json, post_text},
    upstream::{Answer, Upstream},
};
use serde_json::{Value, json};

static PLAIN_MODEL: [Model; 1] = [Model::new("hf", "org/model", "")];
static GROQ_MODEL: [Model; 1] = [Model::new("hf", "org/model", "groq")];
static CHEAPEST_MODEL: [Model; 1] = [Model::new("hf", "org/model", "cheapest")];
static PLAIN: Operation<ChatCompletion> = Operation::new(Spec::new("chat::plain", &PLAIN_MODEL));
static GROQ: Operation<ChatCompletion> = Operation::new(Spec::new("chat::groq", &GROQ_MODEL));
static CHEAPEST: Operation<ChatCompletion> =
    Operation::new(Spec::new("chat::cheapest", &CHEAPEST_MODEL));

async fn text(inference: Inference, text: String) -> Result<String, InferenceError> {
    String::receive(PLAIN.call(&inference, &text)).await
}

async fn by_provider(inference: Inference, text: String) -> Result<Json<Value>, InferenceError> {
    let reply = <Prediction<String>>::receive(GROQ.call(&inference, &text)).await?;
    Ok(Json(
        json!({"text": *reply, "provider": reply.provider, "usage": reply.usage}),
    ))
}

async fn by_price(inference: Inference, text: String) -> Result<Json<Value>, InferenceError> {
    let reply = <Prediction<String>>::receive(CHEAPEST.call(&inference, &text)).await?;
    Ok(Json(json!({"text": *reply, "provider": reply.provider})))
}

async fn conversation(
    inference: Inference,
    Json(messages): Json<Vec<Message>>,
) -> Result<Json<ChatReply>, InferenceError> {
    ChatReply::receive(PLAIN.call(&inference, &messages))
        .await
        .map(Json)
}

async fn with_tools(inference: Inference, text: String) -> Result<Json<Message>, InferenceError> {
    let mut parameters = ChatCompletionParameters::default();
    parameters.tools = Some(vec![Tool::function(
        "weather",
        "The weather",
        json!({"type": "object"}),
    )]);
    parameters.tool_choice = Some(ToolChoice::Required);
    parameters.temperature = Some(0.5);
    let call = PLAIN.call(&inference, &text).parameters(parameters);
    Message::receive(call).await.map(Json)
}

fn app(upstream: &Upstream) -> Router {
    let backend = HuggingFace::builder()
        .base_url(upstream.url())
        .token("hf_test");
    let inference = Inference::builder()
        .backend("hf", backend.build().expect("the backend should build"))
        .build()
        .expect("the runtime should build");
    Router::new()
        .route("/text", post(text))
        .route("/by-provider", post(by_provider))
        .route("/by-price", post(by_price))
        .route("/conversation", post(conversation))
        .route("/with-tools", post(with_tools))
        .layer(inference.layer())
}

fn chat_answer(text: &str) -> Answer {
    Answer::json(&json!({
        "id": "c", "object": "chat.completion", "created": 1, "model": "org/model",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8},
    }))
}

#[tokio::test]
async fn text_is_sent_as_one_user_message() {
    let upstream = Upstream::always(chat_answer("Lima.")).await;
    let reply = post_text(&app(&upstream), "/text", "The capital of Peru?").await;
    assert_eq!((reply.status, reply.text()), (StatusCode::OK, "Lima."));

    let request = upstream.request();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1/chat/completions")
    );
    assert_eq!(request.header("authorization"), "Bearer hf_test");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(
        request.text(),
        r#"{"model":"org/model","messages":[{"role":"user","content":"The capital of Peru?"}],"stream":false}"#,
        "the model should be the first field"
    );
}

#[tokio::test]
async fn provider_is_appended_to_the_model_name() {
    let upstream = Upstream::always(chat_answer("Lima.")).await;
    let reply = post_text(&app(&upstream), "/by-provider", "Hi").await;
    assert_eq!(
        reply.json(),
        json!({"text": "Lima.", "provider": "groq", "usage": {"input_tokens": 3, "output_tokens": 5}})
    );
    assert_eq!(upstream.request().json()["model"], "org/model:groq");
    assert_eq!(upstream.request().path, "/v1/chat/completions");
}

#[tokio::test]
async fn selection_policy_is_not_reported_as_the_provider() {
    let upstream = Upstream::scripted([
        chat_answer("a"),
        chat_answer("b").header("x-inference-provider", "novita"),
    ])
    .await;
    let app = app(&upstream);
    let unknown = post_text(&app, "/by-price", "Hi").await;
    assert_eq!(unknown.json(), json!({"text": "a", "provider": null}));
    let known = post_text(&app, "/by-price", "Hi").await;
    assert_eq!(known.json(), json!({"text": "b", "provider": "novita"}));
    assert_eq!(upstream.requests()[0].json()["model"], "org/model:cheapest");
}

#[tokio::test]
async fn conversation_is_sent_unchanged() {
    let upstream = Upstream::always(chat_answer("Lima.")).await;
    let messages = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "text", "text": "Which city?"},
            {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        ]},
    ]);
    let reply = post_json(&app(&upstream), "/conversation", &messages).await;
    assert_eq!(
        reply.json(),
        json!({
            "message": {"role": "assistant", "content": "Lima."},
            "finish_reason": "stop",
            "usage": {"input_tokens": 3, "output_tokens": 5},
        })
    );
    assert_eq!(upstream.request().json()["messages"], messages);
    // The same conversation, built with the API.
    let built = vec![
        Message::system("Be brief."),
        Message::user([
            Part::text("Which city?"),
            Part::image_url("https://example.org/a.png"),
        ]),
    ];
    assert_eq!(
        serde_json::to_value(built).expect("the value should be JSON"),
        messages
    );
}

#[tokio::test]
async fn tools_are_sent_and_tool_calls_returned() {
    let upstream = Upstream::always(Answer::json(&json!({"choices": [{
        "index": 0, "finish_reason": "tool_calls",
        "message": {"role": "assistant", "content": null, "tool_calls": [
            {"id": 0, "type": "function", "function": {"name": "weather", "arguments": {"city": "Lima"}}},
        ]},
    }]})))
    .await;
    let reply = post_text(&app(&upstream), "/with-tools", "How warm is it in Lima?").await;
    assert_eq!(
        reply.json(),
        json!({"role": "assistant", "tool_calls": [
            {"id": "0", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Lima\"}"}},
        ]})
    );
    let body = upstream.request().json();
    assert_eq!(body["tool_choice"], "required");
    assert_eq!(body["temperature"], 0.5);
    assert_eq!(body["tools"][0]["function"]["name"], "weather");
}

#[tokio::test]
async fn empty_conversation_is_rejected_without_a_request() {
    let upstream = Upstream::always(chat_answer("x")).await;
    let reply = post_json(&app(&upstream), "/conversation", &json!([])).await;
    assert_eq!(
        (reply.status, reply.problem_kind().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "invalid_input")
    );
    assert_eq!(upstream.request_count(), 0);
}

#[tokio::test]
async fn reply_with_only_tool_calls_is_not_text() {
    let upstream = Upstream::always(Answer::json(
        &json!({"choices": [{"message": {"tool_calls": [
            {"id": "1", "function": {"name": "f", "arguments": "{}"}},
        ]}}]}),
    ))
    .await;
    let reply = post_text(&app(&upstream), "/text", "Hi").await;
    assert_eq!(
        (reply.status, reply.problem_kind().as_str()),
        (StatusCode::BAD_GATEWAY, "unexpected_output")
    );
}
