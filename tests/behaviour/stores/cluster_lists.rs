//! `single_flight = "cluster"` for lists: each input is sent once by all processes that share a Redis server.

use std::time::{Duration, Instant};

use axum::{Json, Router, routing::post};
use futures_util::future::join_all;
use http::{Request, header};
use inference_runtime::prelude::*;
use inference_tests::{
    client::{post_json, send},
    list_model::ListModel,
    redis::Redis,
};
use serde_json::json;
use tokio::task::JoinHandle;

use super::{LONG_TIMEOUT, redis_store};

#[infer(
    model = "org/model",
    task = "text-classification",
    input = texts,
    cache(ttl = "5m", single_flight = "cluster", client_control = true),
    timeout = "20s"
)]
async fn cluster_wide(
    Json(texts): Json<Vec<String>>,
    #[prediction] labels: Each<Prediction<Label>>,
) -> Result<Json<Vec<String>>, InferenceError> {
    let values = labels.into_iter().map(|label| match label {
        Ok(label) => label.label.clone(),
        Err(error) => error.kind().to_string(),
    });
    Ok(Json(values.collect()))
}

/// Builds a replica with its own memory and the shared Redis server.
fn replica(model: &ListModel, redis: &Redis) -> Router {
    let inference = Inference::builder()
        .backend("hf", model.clone())
        .store(redis_store(&redis.url()))
        .store_timeout(LONG_TIMEOUT)
        .build()
        .expect("a runtime");
    Router::new()
        .route("/", post(cluster_wide))
        .layer(inference.layer())
}

fn request(app: &Router, texts: Vec<String>) -> JoinHandle<()> {
    let app = app.clone();
    tokio::spawn(async move {
        let reply = post_json(&app, "/", &json!(texts)).await;
        assert_eq!(reply.json(), json!(texts));
    })
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn assert_all_succeed(requests: Vec<JoinHandle<()>>) {
    for request in join_all(requests).await {
        request.expect("the request should succeed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_concurrent_lists_to_four_replicas_send_each_input_once() {
    let Some(redis) = Redis::start() else { return };
    let model = ListModel::gated();
    let replicas: Vec<_> = (0..4).map(|_| replica(&model, &redis)).collect();
    let requests: Vec<_> = (0..32)
        .map(|index| request(&replicas[index % 4], texts(&["a", "b", "c", "a"])))
        .collect();
    model.wait_until_called().await;
    // Gives other replicas the time to call the model as well.
    tokio::time::sleep(Duration::from_millis(300)).await;
    model.permit(100);
    assert_all_succeed(requests).await;
    assert_eq!(model.inputs(), ["a", "b", "c"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlapping_concurrent_lists_to_four_replicas_send_each_input_once() {
    let Some(redis) = Redis::start() else { return };
    let model = ListModel::open();
    let replicas: Vec<_> = (0..4).map(|_| replica(&model, &redis)).collect();
    for round in 0..5 {
        // Neighbours in a ring, in both orders: each replica leads some inputs that others wait for.
        let requests: Vec<_> = (0..16)
            .map(|index| {
                let mut texts: Vec<_> = (0..4)
                    .map(|item| format!("{round} {}", (index + item) % 8))
                    .collect();
                if index % 2 == 1 {
                    texts.reverse();
                }
                request(&replicas[index % 4], texts)
            })
            .collect();
        assert_all_succeed(requests).await;
    }
    let mut once = model.inputs();
    once.dedup();
    assert_eq!(once.len(), 5 * 8);
    assert_eq!(model.inputs(), once);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leases_of_a_dead_replica_expire_and_delay_only_their_inputs() {
    let Some(redis) = Redis::start() else { return };
    let dead = ListModel::gated();
    // Shutting down a separate tokio runtime prevents the replica from releasing its leases.
    let runtime = tokio::runtime::Runtime::new().expect("the tokio runtime should start");
    let app = replica(&dead, &redis);
    let list = json!(["a", "b"]);
    runtime.spawn(async move { post_json(&app, "/", &list).await });
    dead.wait_until_called().await;
    runtime.shutdown_background();

    let alive = ListModel::open();
    let started = Instant::now();
    let request = request(&replica(&alive, &redis), texts(&["b", "c", "a"]));
    alive.wait_until_called().await;
    assert_eq!(alive.calls(), [["c"]], "a free input should not wait");
    let answered = tokio::time::timeout(LONG_TIMEOUT, request).await;
    answered
        .expect("the leases should expire in time")
        .expect("the request should succeed");
    assert_eq!(alive.inputs(), ["a", "b", "c"]);
    // The leases are valid for two seconds, and their keys are polled every tenth of a second. The rest is for a busy
    // machine.
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_list_releases_its_leases() {
    let Some(redis) = Redis::start() else { return };
    let cancelled = ListModel::gated();
    let request_to_cancel = request(&replica(&cancelled, &redis), texts(&["a", "b"]));
    cancelled.wait_until_called().await;
    let next = ListModel::open();
    let waiting = request(&replica(&next, &redis), texts(&["a", "b"]));
    request_to_cancel.abort();
    cancelled.wait_until_ended().await;
    waiting.await.expect("the request should succeed");
    assert_eq!(next.inputs(), ["a", "b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_sends_its_list_without_redis() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let model = ListModel::open();
    let replicas: Vec<_> = (0..2).map(|_| replica(&model, &redis)).collect();
    redis.kill();
    for replica in &replicas {
        request(replica, texts(&["a", "b"]))
            .await
            .expect("the request should succeed");
    }
    assert_eq!(model.calls(), [["a", "b"], ["a", "b"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_no_cache_lists_send_each_input_once_more() {
    let Some(redis) = Redis::start() else { return };
    let model = ListModel::gated();
    let replicas: Vec<_> = (0..2).map(|_| replica(&model, &redis)).collect();
    model.permit(1);
    // Both replicas have the answers in memory.
    for replica in &replicas {
        request(replica, texts(&["a", "b"]))
            .await
            .expect("the request should succeed");
    }
    assert_eq!(model.calls(), [["a", "b"]]);
    model.wait_until_called().await;

    let requests: Vec<_> = replicas
        .iter()
        .map(|replica| no_cache_request(replica, texts(&["a", "b"])))
        .collect();
    model.wait_until_called().await;
    // Gives the other replica the time to call the model as well.
    tokio::time::sleep(Duration::from_millis(300)).await;
    model.permit(100);
    assert_all_succeed(requests).await;
    assert_eq!(model.inputs(), ["a", "a", "b", "b"]);
}

fn no_cache_request(app: &Router, texts: Vec<String>) -> JoinHandle<()> {
    let app = app.clone();
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(json!(texts).to_string().into())
        .expect("a request");
    tokio::spawn(async move {
        let reply = send(&app, request).await;
        assert_eq!(reply.json(), json!(texts));
    })
}
