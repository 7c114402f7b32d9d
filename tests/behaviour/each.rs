//! Several inputs at once.

use axum::{Json, Router, routing::post};
use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    Backend,
    backend::{Request, Response},
    prelude::*,
};
use inference_tests::{
    client::post_json,
    models::{Calls, failing, labels, runtime},
};
use serde_json::json;

#[infer(model = "org/model", task = "text-classification", input = texts, cache = "5m")]
async fn all(
    Json(texts): Json<Vec<String>>,
    #[prediction] labels: Each<Prediction<Label>>,
) -> Result<Json<Vec<String>>, InferenceError> {
    let words = labels.into_iter().map(|label| match label {
        Ok(label) => format!("{} {}", label.label, label.source),
        Err(error) => error.kind().to_string(),
    });
    Ok(Json(words.collect()))
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
    let words: Vec<_> = labels
        .iter()
        .flatten()
        .map(|label| label.label.as_str())
        .collect();
    format!("{} {}", words.join(" "), labels.source)
}

/// A model that takes lists of two, echoes its inputs, and refuses bad ones.
struct Echo(Calls);

impl Backend for Echo {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async move {
            self.0.add();
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
async fn only_what_the_cache_has_not_is_asked_and_equal_inputs_once() {
    let calls = Calls::default();
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
async fn each_input_fails_for_itself_and_its_failure_is_not_kept() {
    let calls = Calls::default();
    let app = app(&runtime(Echo(calls.clone())));
    for _ in 0..2 {
        let reply = post_json(&app, "/all", &json!(["a", "bad", "broken"])).await;
        let words = reply.json();
        assert_eq!(words[1], "invalid_input");
        assert_eq!(words[2], "service_failed");
    }
    assert_eq!(calls.count(), 5);
}

#[tokio::test]
async fn no_inputs_are_no_calls() {
    let calls = Calls::default();
    let app = app(&runtime(Echo(calls.clone())));
    assert_eq!(post_json(&app, "/all", &json!([])).await.json(), json!([]));
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn where_every_input_failed_the_whole_has() {
    let (_, down) = failing(InferenceError::new(ErrorKind::Overloaded, "busy"));
    let app = app(&runtime(down));
    let reply = post_json(&app, "/all", &json!(["a", "b"])).await;
    assert_eq!(reply.problem(), "overloaded");
    let reply = post_json(&app, "/with_fallback", &json!(["a", "b"])).await;
    assert_eq!(reply.text(), "none fallback");
}

#[tokio::test]
async fn what_one_model_could_not_answer_goes_to_the_next() {
    let first = Calls::default();
    let (second, sentiment) = inference_tests::models::sentiment();
    let inference = Inference::builder()
        .backend("hf", Echo(first.clone()))
        .backend("second", sentiment)
        .build()
        .expect("a runtime");
    let app = app(&inference);
    let reply = post_json(&app, "/with_fallback", &json!([" a ", "broken", "bad"])).await;
    assert_eq!(reply.text(), "a NEGATIVE model");
    assert_eq!((first.count(), second.count()), (3, 1));
}
