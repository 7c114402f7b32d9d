//! Single-flight of `Each`: each input joins the flight of its key.

mod failures;
mod sharing;
mod structured;
mod waiting;

use std::time::Duration;

use axum::{Json, Router, routing::post};
use inference_runtime::prelude::*;
use inference_tests::{
    client::{Reply, post_json, post_text},
    list_model::ListModel,
    models::runtime,
};
use serde_json::json;
use tokio::task::JoinHandle;

/// Returns the label of each item, or the kind of its error.
fn values(labels: Each<Prediction<Label>>) -> Json<Vec<String>> {
    let values = labels.into_iter().map(|label| match label {
        Ok(label) => label.label.clone(),
        Err(error) => error.kind().to_string(),
    });
    Json(values.collect())
}

/// Defines handlers for lists of texts.
macro_rules! list_handlers {
    ($($name:ident($($arguments:tt)*))+) => {
        $(
            #[infer(task = "text-classification", input = texts, $($arguments)*)]
            async fn $name(
                Json(texts): Json<Vec<String>>,
                #[prediction] labels: Each<Prediction<Label>>,
            ) -> Result<Json<Vec<String>>, InferenceError> {
                Ok(values(labels))
            }
        )+
    };
}

list_handlers! {
    list(model = "org/model", cache = "5m", timeout = "30s")
    impatient(model = "org/model", cache = "5m", timeout = "1s")
    uncached(model = "org/model", timeout = "30s")
    controlled(model = "org/model", cache(ttl = "5m", client_control = true), timeout = "30s")
    chain(model = ["org/model", "second::model"], cache = "5m", timeout = "30s")
}

#[infer(
    model = "org/model",
    task = "text-classification",
    cache = "5m",
    timeout = "30s"
)]
async fn single(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.label.clone())
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/list", post(list))
        .route("/impatient", post(impatient))
        .route("/uncached", post(uncached))
        .route("/controlled", post(controlled))
        .route("/chain", post(chain))
        .route("/single", post(single))
        .layer(inference.layer())
}

fn app_for(model: &ListModel) -> Router {
    app(&runtime(model.clone()))
}

async fn post_list(app: &Router, path: &str, texts: &[&str]) -> Reply {
    post_json(app, path, &json!(texts)).await
}

/// Spawns a request with a list.
fn spawn_list(
    app: &Router,
    path: &'static str,
    texts: &'static [&'static str],
) -> JoinHandle<Reply> {
    let app = app.clone();
    tokio::spawn(async move { post_list(&app, path, texts).await })
}

/// Spawns a request with one text.
fn spawn_single(app: &Router, text: &'static str) -> JoinHandle<Reply> {
    let app = app.clone();
    tokio::spawn(async move { post_text(&app, "/single", text).await })
}

/// Waits until all tasks wait. Requires paused time, which moves only then.
async fn idle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Waits for the reply of a spawned request.
async fn reply(request: JoinHandle<Reply>) -> Reply {
    request.await.expect("the request should not panic")
}

async fn assert_values(request: JoinHandle<Reply>, expected: &[&str]) {
    let reply = reply(request).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json(), json!(expected));
}
