//! `Structured`: the schema that is sent, the second attempt after an invalid answer, and caching.

use std::borrow::Cow;

use axum::{Json, Router, routing::post};
use http::StatusCode;
use inference_runtime::{
    __private::{Model, Operation, Spec},
    Receive,
    backend::HuggingFace,
    prelude::*,
    schemars::{JsonSchema, Schema, SchemaGenerator, json_schema},
    task::ChatCompletion,
};
use inference_tests::{
    client::post_text,
    logs::Logs,
    upstream::{Answer, Upstream},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

static MODELS: [Model; 1] = [Model::new("hf", "org/model", "")];

static CITY: Operation<ChatCompletion> = Operation::new(Spec::new("structured::city", &MODELS));
static CACHED: Operation<ChatCompletion> =
    Operation::new(Spec::new("structured::cached", &MODELS).cache(60_000));

#[derive(Debug, Serialize, Deserialize)]
struct City {
    name: String,
    people: u32,
}

fn city_schema() -> Schema {
    json_schema!({
        "type": "object",
        "properties": {"name": {"type": "string"}, "people": {"type": "integer"}},
        "required": ["name", "people"],
    })
}

impl JsonSchema for City {
    fn schema_name() -> Cow<'static, str> {
        "City".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        city_schema()
    }
}

/// The same schema with stricter validation.
#[derive(Debug, Deserialize)]
struct Village {
    #[serde(deserialize_with = "fewer_than_5000")]
    people: u32,
}

fn fewer_than_5000<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u32::deserialize(deserializer).and_then(|people| {
        Some(people)
            .filter(|people| *people < 5_000)
            .ok_or(serde::de::Error::custom("too many people for a village"))
    })
}

impl JsonSchema for Village {
    fn schema_name() -> Cow<'static, str> {
        "City".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        city_schema()
    }
}

async fn city(inference: Inference, text: String) -> Result<Json<Value>, InferenceError> {
    let city = <Prediction<Structured<City>>>::receive(CITY.call(&inference, &text)).await?;
    Ok(Json(
        json!({"name": city.name, "people": city.people, "usage": city.usage}),
    ))
}

async fn cached(inference: Inference, text: String) -> Result<String, InferenceError> {
    let city = <Prediction<Structured<City>>>::receive(CACHED.call(&inference, &text)).await?;
    Ok(format!("{} {}", city.name, city.source))
}

async fn village(inference: Inference, text: String) -> Result<String, InferenceError> {
    let village = <Structured<Village>>::receive(CACHED.call(&inference, &text)).await?;
    Ok(village.people.to_string())
}

async fn plain(inference: Inference, text: String) -> Result<String, InferenceError> {
    String::receive(CACHED.call(&inference, &text)).await
}

async fn each(inference: Inference, text: String) -> Json<Value> {
    let cities = <Each<Structured<City>>>::receive(CITY.call(&inference, &text)).await;
    let names: Vec<_> = match cities {
        Ok(cities) => cities
            .all()
            .expect("every prediction should succeed")
            .into_iter()
            .map(|city| city.into_inner().name)
            .collect(),
        Err(error) => vec![error.to_string()],
    };
    Json(json!(names))
}

async fn with_fallback(inference: Inference, text: String) -> String {
    let city: Structured<City> =
        match <Structured<City>>::receive(CITY.call(&inference, &text)).await {
            Ok(city) => city,
            Err(error) => {
                let _ = CITY.failed(&inference, error);
                <Structured<City> as Receive<ChatCompletion>>::from_fallback(City {
                    name: "Nowhere".to_owned(),
                    people: 0,
                })
            }
        };
    city.into_inner().name
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
        .route("/city", post(city))
        .route("/cached", post(cached))
        .route("/village", post(village))
        .route("/plain", post(plain))
        .route("/each", post(each))
        .route("/with-fallback", post(with_fallback))
        .layer(inference.layer())
}

fn chat_answer(text: &str) -> Answer {
    Answer::json(&json!({
        "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    }))
}

const LIMA: &str = r#"{"name":"Lima","people":10000000}"#;

#[tokio::test]
async fn schema_is_sent_and_value_is_decoded() {
    let upstream = Upstream::always(chat_answer(LIMA)).await;
    let reply = post_text(&app(&upstream), "/city", "A city?").await;
    assert_eq!(
        reply.json(),
        json!({"name": "Lima", "people": 10_000_000, "usage": {"input_tokens": 10, "output_tokens": 5}})
    );
    let mut schema = serde_json::to_value(city_schema()).expect("the schema should serialize");
    schema["title"] = "City".into();
    assert_eq!(
        upstream.request().json()["response_format"],
        json!({"type": "json_schema", "json_schema": {"name": "City", "schema": schema}})
    );
}

#[tokio::test]
async fn code_fence_and_surrounding_text_are_ignored() {
    for text in [
        format!("```json\n{LIMA}\n```"),
        format!("Here you are: {LIMA}. Enjoy!"),
    ] {
        let upstream = Upstream::always(chat_answer(&text)).await;
        let reply = post_text(&app(&upstream), "/city", "A city?").await;
        assert_eq!(reply.json()["name"], "Lima", "{text}");
        assert_eq!(upstream.request_count(), 1, "{text}");
    }
}

#[tokio::test]
async fn invalid_answer_is_retried_once_and_the_usage_is_added() {
    let upstream = Upstream::scripted([chat_answer(r#"{"name":"Lima"}"#), chat_answer(LIMA)]).await;
    let reply = post_text(&app(&upstream), "/city", "A city?").await;
    assert_eq!(
        reply.json(),
        json!({"name": "Lima", "people": 10_000_000, "usage": {"input_tokens": 20, "output_tokens": 10}})
    );
    let requests = upstream.requests();
    let (first, second) = (requests[0].json(), requests[1].json());
    assert_eq!(second["response_format"], first["response_format"]);
    let turns = second["messages"]
        .as_array()
        .expect("the messages should be an array");
    assert_eq!(turns.len(), 3);
    assert_eq!(turns[0], json!({"role": "user", "content": "A city?"}));
    assert_eq!(
        turns[1],
        json!({"role": "assistant", "content": "{\"name\":\"Lima\"}"})
    );
    assert_eq!(turns[2]["role"], "user");
    let correction = turns[2]["content"]
        .as_str()
        .expect("the value should be text");
    assert!(
        correction.contains("missing field `people`"),
        "{correction}"
    );
}

#[tokio::test]
async fn second_invalid_answer_fails() {
    let logs = Logs::capture();
    let upstream = Upstream::always(chat_answer("I would rather not, my friend.")).await;
    let reply = post_text(&app(&upstream), "/city", "A city?").await;
    assert_eq!(
        (reply.status, reply.problem_kind().as_str()),
        (StatusCode::BAD_GATEWAY, "unexpected_output")
    );
    assert!(!reply.text().contains("friend"), "{}", reply.text());
    assert_eq!(upstream.request_count(), 2);
    let failures = logs.failures();
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].contains("my friend"), "{failures:?}");
}

#[tokio::test]
async fn only_valid_answers_are_stored() {
    let upstream = Upstream::scripted([
        chat_answer("no"),
        chat_answer("no"),
        chat_answer("no"),
        chat_answer(LIMA),
    ])
    .await;
    let app = app(&upstream);
    assert_eq!(
        post_text(&app, "/cached", "A city?").await.status,
        StatusCode::BAD_GATEWAY
    );
    assert_eq!(
        post_text(&app, "/cached", "A city?").await.text(),
        "Lima model"
    );
    assert_eq!(
        post_text(&app, "/cached", "A city?").await.text(),
        "Lima cache"
    );
    assert_eq!(upstream.request_count(), 4);
}

#[tokio::test]
async fn output_type_is_part_of_the_cache_key() {
    let upstream = Upstream::scripted([
        chat_answer(LIMA),
        chat_answer(LIMA),
        chat_answer(r#"{"name":"Ollantaytambo","people":700}"#),
        chat_answer("Just text."),
    ])
    .await;
    let app = app(&upstream);
    assert_eq!(
        post_text(&app, "/cached", "A city?").await.text(),
        "Lima model"
    );
    // The schema is the same, but Lima has too many people for a village.
    assert_eq!(post_text(&app, "/village", "A city?").await.text(), "700");
    assert_eq!(post_text(&app, "/village", "A city?").await.text(), "700");
    assert_eq!(
        post_text(&app, "/plain", "A city?").await.text(),
        "Just text."
    );
    assert_eq!(upstream.request_count(), 4);
}

#[tokio::test]
async fn each_input_is_validated_separately() {
    let upstream = Upstream::scripted([chat_answer("no"), chat_answer(LIMA)]).await;
    let reply = post_text(&app(&upstream), "/each", "A city?").await;
    assert_eq!(reply.json(), json!(["Lima"]));
    assert_eq!(
        upstream.requests()[0].json()["response_format"]["type"],
        "json_schema"
    );
    assert_eq!(upstream.request_count(), 2);
}

#[tokio::test]
async fn failed_request_uses_the_fallback() {
    let upstream = Upstream::always(Answer::text(500, "down")).await;
    let reply = post_text(&app(&upstream), "/with-fallback", "A city?").await;
    assert_eq!(reply.text(), "Nowhere");
    assert_eq!(reply.header("x-inference-source"), "fallback");
}
