//! Hedged calls.

use std::time::Duration;

use axum::{Router, routing::post};
use inference_runtime::prelude::*;
use inference_tests::{client::post_text, models::runtime};
use tokio::time::Instant;

use super::{Step, model};

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "5s",
    hedge = "300ms"
)]
async fn hedged(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "5s",
    hedge = "300ms",
    concurrency = 1
)]
async fn concurrency_one(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/hedged", post(hedged))
        .route("/concurrency_one", post(concurrency_one))
        .layer(inference.layer())
}

#[tokio::test(start_paused = true)]
async fn slow_call_is_hedged_and_the_first_answer_wins() {
    let (calls, backend) = model(|call| match call {
        1 => Step::Slow(Duration::from_secs(3)),
        _ => Step::Slow(Duration::from_millis(50)),
    });
    let started = Instant::now();
    let reply = post_text(&app(&runtime(backend)), "/hedged", "good").await;
    assert_eq!(reply.status, 200);
    assert_eq!(calls.count(), 2);
    assert!(
        started.elapsed() < Duration::from_millis(360),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn fast_call_is_not_hedged() {
    let (calls, backend) = model(|_| Step::Slow(Duration::from_millis(200)));
    assert_eq!(
        post_text(&app(&runtime(backend)), "/hedged", "good")
            .await
            .status,
        200
    );
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn failed_hedge_does_not_fail_the_prediction() {
    let (calls, backend) = model(|call| match call {
        1 => Step::Slow(Duration::from_secs(1)),
        _ => Step::fail(ErrorKind::ServiceFailed),
    });
    assert_eq!(
        post_text(&app(&runtime(backend)), "/hedged", "good")
            .await
            .status,
        200
    );
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn concurrency_limit_prevents_a_hedge() {
    let (calls, backend) = model(|_| Step::Slow(Duration::from_secs(1)));
    assert_eq!(
        post_text(&app(&runtime(backend)), "/concurrency_one", "good")
            .await
            .status,
        200
    );
    assert_eq!(calls.count(), 1);
}
