//! Asking twice.

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
async fn without_room(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/hedged", post(hedged))
        .route("/without_room", post(without_room))
        .layer(inference.layer())
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_gets_company_and_the_first_answer_counts() {
    let (asked, backend) = model(|call| match call {
        1 => Step::Slow(Duration::from_secs(3)),
        _ => Step::Slow(Duration::from_millis(50)),
    });
    let started = Instant::now();
    let reply = post_text(&app(&runtime(backend)), "/hedged", "good").await;
    assert_eq!(reply.status, 200);
    assert_eq!(asked.count(), 2);
    assert!(
        started.elapsed() < Duration::from_millis(360),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_fast_call_stays_alone() {
    let (asked, backend) = model(|_| Step::Slow(Duration::from_millis(200)));
    assert_eq!(
        post_text(&app(&runtime(backend)), "/hedged", "good")
            .await
            .status,
        200
    );
    assert_eq!(asked.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_failure_of_two_is_none() {
    let (asked, backend) = model(|call| match call {
        1 => Step::Slow(Duration::from_secs(1)),
        _ => Step::fail(ErrorKind::ServiceFailed),
    });
    assert_eq!(
        post_text(&app(&runtime(backend)), "/hedged", "good")
            .await
            .status,
        200
    );
    assert_eq!(asked.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn there_is_no_second_call_beyond_the_limits() {
    let (asked, backend) = model(|_| Step::Slow(Duration::from_secs(1)));
    assert_eq!(
        post_text(&app(&runtime(backend)), "/without_room", "good")
            .await
            .status,
        200
    );
    assert_eq!(asked.count(), 1);
}
