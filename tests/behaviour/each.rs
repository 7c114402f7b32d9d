//! `Each`: predictions for several inputs.

use axum::{Json, Router, routing::post};
use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    Backend,
    backend::{Request, Response},
    prelude::*,
};
use inference_tests::{
    client::post_json,
    models::{CallCounter, failing, labels, runtime},
};
use serde_json::json;

#[infer(model = "org/model", task = "text-classification", input = texts, cache = "5m")]
async fn all(
    Json(texts): Json<Vec<String>>,
    #[prediction] labels: Each<Prediction<Label>>,
) -> Result<Json<Vec<String>>, InferenceError> {
    let values = labels.into_iter().map(|label| match label {
        Ok(label) => format!("{} {}", label.label, label.source),
        Err(error) => error.kind().to_string(),
    });
    Ok(Json(values.collect()))
}

#[infer(
    model = ["org/model", "second::any"],
    task = "text-classification",
    input = texts.iter().map(|text| text.trim()),
    fallback = vec![Label::new("none", 0.0)],
)]
async fn with_fallback(
    Json(texts): Json<Vec<String>>,
    #[prediction] labels: Prediction<Each<Label>>,
) -> String {
    let values: Vec<_> = labels
        .iter()
        .flatten()
        .map(|label| label.label.as_str())
        .collect();
    format!("{} {}", values.join(" "), labels.source)
}

/// A model that returns its input as the label, and rejects "bad" and "broken".
struct Echo(CallCounter);

impl Backend for Echo {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async move {
            self.0.increment();
            match request.inputs().as_str() {
                Some("bad") => Err(InferenceError::new(ErrorKind::InvalidInput, "bad")),
                Some("broken") => Err(InferenceError::new(ErrorKind::ServiceFailed, "broken")),
                text => Ok(labels(&[(text.unwrap_or("no text"), 1.0)]).into()),
            }
        }
        .boxed()
    }
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/all", post(all))
        .route("/with_fallback", post(with_fallback))
        .layer(inference.layer())
}

#[tokio::test]
async fn only_distinct_uncached_inputs_are_sent_to_the_model() {
    let calls = CallCounter::default();
    let app = app(&runtime(Echo(calls.clone())));
    let reply = post_json(&app, "/all", &json!(["a", "b", "a"])).await;
    assert_eq!(reply.json(), json!(["a model", "b model", "a model"]));
    assert_eq!(calls.count(), 2);

    let reply = post_json(&app, "/all", &json!(["c", "b", "a"])).await;
    assert_eq!(reply.json(), json!(["c model", "b cache", "a cache"]));
    assert_eq!(reply.header("x-inference-source"), "model");
    assert_eq!(calls.count(), 3);

    let reply = post_json(&app, "/all", &json!(["c", "b"])).await;
    assert_eq!(reply.header("x-inference-source"), "cache");
    assert_eq!(calls.count(), 3);
}

#[tokio::test]
async fn one_failed_input_does_not_fail_the_others_and_is_not_stored() {
    let calls = CallCounter::default();
    let app = app(&runtime(Echo(calls.clone())));
    for _ in 0..2 {
        let reply = post_json(&app, "/all", &json!(["a", "bad", "broken"])).await;
        let values = reply.json();
        assert_eq!(values[1], "invalid_input");
        assert_eq!(values[2], "service_failed");
    }
    assert_eq!(calls.count(), 5);
}

#[tokio::test]
async fn empty_list_makes_no_calls() {
    let calls = CallCounter::default();
    let app = app(&runtime(Echo(calls.clone())));
    assert_eq!(post_json(&app, "/all", &json!([])).await.json(), json!([]));
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn prediction_fails_when_every_input_fails() {
    let (_, down) = failing(InferenceError::new(ErrorKind::Overloaded, "busy"));
    let app = app(&runtime(down));
    let reply = post_json(&app, "/all", &json!(["a", "b"])).await;
    assert_eq!(reply.problem_kind(), "overloaded");
    let reply = post_json(&app, "/with_fallback", &json!(["a", "b"])).await;
    assert_eq!(reply.text(), "none fallback");
}

#[tokio::test]
async fn inputs_failed_by_one_model_go_to_the_next() {
    let first = CallCounter::default();
    let (second, sentiment) = inference_tests::models::sentiment();
    let inference = Inference::builder()
        .backend("hf", Echo(first.clone()))
        .backend("second", sentiment)
        .build()
        .expect("the runtime should build");
    let app = app(&inference);
    let reply = post_json(&app, "/with_fallback", &json!([" a ", "broken", "bad"])).await;
    assert_eq!(reply.text(), "a NEGATIVE model");
    assert_eq!((first.count(), second.count()), (3, 1));
}
