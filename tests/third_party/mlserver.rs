//! [MLServer](https://mlserver.readthedocs.io), a server of the Open Inference Protocol, with two small models.

use axum::{Json, Router, routing::post};
use inference_runtime::{backend::KServe, prelude::*};
use inference_tests::client::{post_json, post_text};
use serde_json::{Value, json};

use super::server::{Server, file, free_ports, program};

#[infer(
    model = "mlserver::mood",
    task = "text-classification",
    timeout = "60s"
)]
async fn mood(text: String, #[prediction] label: Label) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

#[infer(model = "mlserver::sum", task = "tabular-regression", timeout = "60s")]
async fn sum(
    Json(table): Json<Table>,
    #[prediction] sums: Vec<f64>,
) -> Result<Json<Vec<f64>>, InferenceError> {
    Ok(Json(sums))
}

#[infer(model = "mlserver::sum", task = "custom", timeout = "60s")]
async fn tensors(
    Json(body): Json<Value>,
    #[prediction] answer: Value,
) -> Result<Json<Value>, InferenceError> {
    Ok(Json(answer["outputs"][0]["data"].clone()))
}

#[infer(
    model = "mlserver::unknown",
    task = "text-classification",
    timeout = "60s"
)]
async fn unknown(text: String, #[prediction] label: Label) -> Result<Json<Label>, InferenceError> {
    Ok(Json(label))
}

fn kserve(url: &str) -> KServe {
    let builder = KServe::builder().base_url(url);
    builder.build().expect("the backend should build")
}

fn app(url: &str) -> Router {
    let inference = Inference::builder()
        .backend("mlserver", kserve(url))
        .build()
        .expect("the runtime should build");
    Router::new()
        .route("/mood", post(mood))
        .route("/sum", post(sum))
        .route("/tensors", post(tensors))
        .route("/unknown", post(unknown))
        .layer(inference.layer())
}

#[tokio::test]
async fn models_are_called_according_to_their_metadata() {
    let [http, grpc, metrics] = free_ports();
    let mut command = program("mlserver", "mlserver");
    command
        .arg("start")
        .arg(file("mlserver"))
        .env("MLSERVER_HOST", "127.0.0.1")
        .env("MLSERVER_HTTP_PORT", http.to_string())
        .env("MLSERVER_GRPC_PORT", grpc.to_string())
        .env("MLSERVER_METRICS_PORT", metrics.to_string())
        // Runs the models in the server process, which ends with the test.
        .env("MLSERVER_PARALLEL_WORKERS", "0");
    let server = Server::start(&mut command, http).await;
    let app = app(&server.url());

    let backend = kserve(&server.url());
    assert!(
        backend
            .is_ready(None)
            .await
            .expect("the request should succeed")
    );
    assert!(
        backend
            .is_ready(Some("mood"))
            .await
            .expect("the request should succeed")
    );
    assert!(
        !backend
            .is_ready(Some("unknown"))
            .await
            .expect("the request should succeed")
    );

    let reply = post_text(&app, "/mood", "a splendid film").await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    assert_eq!(reply.json(), json!({"label": "GOOD", "score": 0.75}));
    let reply = post_text(&app, "/mood", "a film").await;
    assert_eq!(reply.json(), json!({"label": "BAD", "score": 0.75}));

    let table = json!({"a": ["1", "2.5"], "b": ["10", "20"]});
    let reply = post_json(&app, "/sum", &table).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    assert_eq!(reply.json(), json!([11.0, 22.5]));

    let tensor = json!({"name": "x", "shape": [1, 2], "datatype": "FP64", "data": [0.5, 0.25]});
    let reply = post_json(&app, "/tensors", &json!({"inputs": [tensor]})).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.text());
    assert_eq!(reply.json(), json!([0.75]));

    let reply = post_text(&app, "/unknown", "a film").await;
    assert_eq!(reply.problem_kind(), "model_not_found");
    server.stop().await;
}
