//! Answers as types of one's own: the schema that goes out, the second chance, and what is kept.

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
static KEPT: Operation<ChatCompletion> =
    Operation::new(Spec::new("structured::kept", &MODELS).cache(60_000));

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

/// The same schema, and another idea of it.
#[derive(Debug, Deserialize)]
struct Village {
    #[serde(deserialize_with = "few")]
    people: u32,
}

fn few<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    u32::deserialize(deserializer).and_then(|people| {
        Some(people)
            .filter(|people| *people < 5_000)
            .ok_or(serde::de::Error::custom("no village"))
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

async fn kept(inference: Inference, text: String) -> Result<String, InferenceError> {
    let city = <Prediction<Structured<City>>>::receive(KEPT.call(&inference, &text)).await?;
    Ok(format!("{} {}", city.name, city.source))
}

async fn village(inference: Inference, text: String) -> Result<String, InferenceError> {
    let village = <Structured<Village>>::receive(KEPT.call(&inference, &text)).await?;
    Ok(village.people.to_string())
}

async fn plain(inference: Inference, text: String) -> Result<String, InferenceError> {
    String::receive(KEPT.call(&inference, &text)).await
}

async fn each(inference: Inference, text: String) -> Json<Value> {
    let cities = <Each<Structured<City>>>::receive(CITY.call(&inference, &text)).await;
    let names: Vec<_> = match cities {
        Ok(cities) => cities
            .all()
            .expect("all")
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
        .backend("hf", backend.build().expect("a backend"))
        .build()
        .expect("a runtime");
    Router::new()
        .route("/city", post(city))
        .route("/kept", post(kept))
        .route("/village", post(village))
        .route("/plain", post(plain))
        .route("/each", post(each))
        .route("/with-fallback", post(with_fallback))
        .layer(inference.layer())
}

fn saying(text: &str) -> Answer {
    Answer::json(&json!({
        "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    }))
}

const LIMA: &str = r#"{"name":"Lima","people":10000000}"#;

#[tokio::test]
async fn the_schema_goes_out_and_the_value_comes_back() {
    let upstream = Upstream::answering(saying(LIMA)).await;
    let reply = post_text(&app(&upstream), "/city", "A city?").await;
    assert_eq!(
        reply.json(),
        json!({"name": "Lima", "people": 10_000_000, "usage": {"input_tokens": 10, "output_tokens": 5}})
    );
    let mut schema = serde_json::to_value(city_schema()).expect("a schema");
    schema["title"] = "City".into();
    assert_eq!(
        upstream.request().json()["response_format"],
        json!({"type": "json_schema", "json_schema": {"name": "City", "schema": schema}})
    );
}

#[tokio::test]
async fn a_fence_and_kind_words_do_no_harm() {
    for text in [
        format!("```json\n{LIMA}\n```"),
        format!("Here you are: {LIMA}. Enjoy!"),
    ] {
        let upstream = Upstream::answering(saying(&text)).await;
        let reply = post_text(&app(&upstream), "/city", "A city?").await;
        assert_eq!(reply.json()["name"], "Lima", "{text}");
        assert_eq!(upstream.count(), 1, "{text}");
    }
}

#[tokio::test]
async fn the_model_gets_a_second_chance_and_both_are_counted() {
    let upstream = Upstream::scripted([saying(r#"{"name":"Lima"}"#), saying(LIMA)]).await;
    let reply = post_text(&app(&upstream), "/city", "A city?").await;
    assert_eq!(
        reply.json(),
        json!({"name": "Lima", "people": 10_000_000, "usage": {"input_tokens": 20, "output_tokens": 10}})
    );
    let requests = upstream.requests();
    let (first, second) = (requests[0].json(), requests[1].json());
    assert_eq!(second["response_format"], first["response_format"]);
    let turns = second["messages"].as_array().expect("messages");
    assert_eq!(turns.len(), 3);
    assert_eq!(turns[0], json!({"role": "user", "content": "A city?"}));
    assert_eq!(
        turns[1],
        json!({"role": "assistant", "content": "{\"name\":\"Lima\"}"})
    );
    assert_eq!(turns[2]["role"], "user");
    let told = turns[2]["content"].as_str().expect("text");
    assert!(told.contains("missing field `people`"), "{told}");
}

#[tokio::test]
async fn there_is_no_third_chance() {
    let logs = Logs::capture();
    let upstream = Upstream::answering(saying("I would rather not, my friend.")).await;
    let reply = post_text(&app(&upstream), "/city", "A city?").await;
    assert_eq!(
        (reply.status, reply.problem().as_str()),
        (StatusCode::BAD_GATEWAY, "unexpected_output")
    );
    assert!(!reply.text().contains("friend"), "{}", reply.text());
    assert_eq!(upstream.count(), 2);
    let failures = logs.failures();
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].contains("my friend"), "{failures:?}");
}

#[tokio::test]
async fn only_what_fits_is_kept() {
    let upstream =
        Upstream::scripted([saying("no"), saying("no"), saying("no"), saying(LIMA)]).await;
    let app = app(&upstream);
    assert_eq!(
        post_text(&app, "/kept", "A city?").await.status,
        StatusCode::BAD_GATEWAY
    );
    assert_eq!(
        post_text(&app, "/kept", "A city?").await.text(),
        "Lima model"
    );
    assert_eq!(
        post_text(&app, "/kept", "A city?").await.text(),
        "Lima cache"
    );
    assert_eq!(upstream.count(), 4);
}

#[tokio::test]
async fn another_type_has_another_place_in_the_cache() {
    let upstream = Upstream::scripted([
        saying(LIMA),
        saying(LIMA),
        saying(r#"{"name":"Ollantaytambo","people":700}"#),
        saying("Just text."),
    ])
    .await;
    let app = app(&upstream);
    assert_eq!(
        post_text(&app, "/kept", "A city?").await.text(),
        "Lima model"
    );
    // The schema is the same, but Lima is no village.
    assert_eq!(post_text(&app, "/village", "A city?").await.text(), "700");
    assert_eq!(post_text(&app, "/village", "A city?").await.text(), "700");
    assert_eq!(
        post_text(&app, "/plain", "A city?").await.text(),
        "Just text."
    );
    assert_eq!(upstream.count(), 4);
}

#[tokio::test]
async fn several_inputs_are_examined_one_by_one() {
    let upstream = Upstream::scripted([saying("no"), saying(LIMA)]).await;
    let reply = post_text(&app(&upstream), "/each", "A city?").await;
    assert_eq!(reply.json(), json!(["Lima"]));
    assert_eq!(
        upstream.requests()[0].json()["response_format"]["type"],
        "json_schema"
    );
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn the_fallback_gives_the_value() {
    let upstream = Upstream::answering(Answer::text(500, "down")).await;
    let reply = post_text(&app(&upstream), "/with-fallback", "A city?").await;
    assert_eq!(reply.text(), "Nowhere");
    assert_eq!(reply.header("x-inference-source"), "fallback");
}
