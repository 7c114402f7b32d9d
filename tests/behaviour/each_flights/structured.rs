//! `Each<Structured<T>>`: rejected items are retried, and only valid ones are stored.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, routing::post};
use futures_util::future::{BoxFuture, FutureExt};
use inference_runtime::{
    Backend,
    backend::{Request, Response},
    prelude::*,
    schemars::JsonSchema,
};
use inference_tests::{client::post_json, models::runtime};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Barrier;

#[derive(Deserialize, JsonSchema)]
struct City {
    name: String,
}

#[infer(
    model = "org/chat",
    task = "chat-completion",
    input = names,
    cache = "5m",
    timeout = "10s"
)]
async fn cities(
    Json(names): Json<Vec<String>>,
    #[prediction] cities: Each<Prediction<Structured<City>>>,
) -> Result<Json<Vec<String>>, InferenceError> {
    let values = cities.into_iter().map(|city| match city {
        Ok(city) => format!("{} {}", city.value.name, city.source),
        Err(error) => error.kind().to_string(),
    });
    Ok(Json(values.collect()))
}

/// A chat model. Its first answer for "retried" and both answers for "invalid" do not match the schema.
#[derive(Clone)]
struct Chat {
    /// The number of messages and the first message of each request.
    requests: Arc<Mutex<Vec<(usize, String)>>>,
    /// Second attempts respond when this number of them is under way.
    second_attempts: Arc<Barrier>,
}

impl Chat {
    fn new(second_attempts: usize) -> Self {
        Self {
            requests: Arc::default(),
            second_attempts: Arc::new(Barrier::new(second_attempts)),
        }
    }

    /// Returns the requests since the last call of this function, sorted.
    fn requests(&self) -> Vec<(usize, String)> {
        let mut requests = std::mem::take(&mut *self.requests.lock().expect("no panic"));
        requests.sort();
        requests
    }
}

impl Backend for Chat {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async move {
            let messages = request.inputs();
            let count = messages.as_array().expect("messages").len();
            let name = messages[0]["content"].as_str().expect("text").to_owned();
            let request = (count, name.clone());
            self.requests.lock().expect("no panic").push(request);
            if count > 1 {
                self.second_attempts.wait().await;
            }
            let is_valid = match name.as_str() {
                "retried" => count > 1,
                name => name != "invalid",
            };
            let content = if is_valid {
                json!({"name": name}).to_string()
            } else {
                "Lima, probably".to_owned()
            };
            let message = json!({"role": "assistant", "content": content});
            let choice = json!({"message": message, "finish_reason": "stop"});
            Ok(Response::json(&json!({"choices": [choice]})))
        }
        .boxed()
    }
}

fn app(chat: &Chat) -> Router {
    Router::new()
        .route("/", post(cities))
        .layer(runtime(chat.clone()).layer())
}

fn attempts(requests: &[(usize, &str)]) -> Vec<(usize, String)> {
    let owned = requests
        .iter()
        .map(|(count, name)| (*count, (*name).to_owned()));
    owned.collect()
}

#[tokio::test(start_paused = true)]
async fn rejected_items_are_retried_concurrently_and_only_valid_ones_are_stored() {
    let chat = Chat::new(2);
    let app = app(&chat);
    let list = json!(["good", "retried", "invalid"]);
    let reply = post_json(&app, "/", &list).await;
    let expected: Value = json!(["good model", "retried model", "unexpected_output"]);
    assert_eq!(reply.json(), expected);
    assert_eq!(
        chat.requests(),
        attempts(&[
            (1, "good"),
            (1, "invalid"),
            (1, "retried"),
            (3, "invalid"),
            (3, "retried"),
        ])
    );

    // The barrier waits for two second attempts, and there is one.
    let other = json!(["invalid", "invalid", "good"]);
    let (first, second) = tokio::join!(post_json(&app, "/", &list), post_json(&app, "/", &other));
    assert_eq!(
        first.json(),
        json!(["good cache", "retried cache", "timeout"])
    );
    assert_eq!(second.json(), json!(["timeout", "timeout", "good cache"]));
    assert_eq!(
        chat.requests(),
        attempts(&[(1, "invalid"), (3, "invalid")]),
        "equal rejected items should share both attempts"
    );
}
