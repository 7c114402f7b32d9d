//! Retries.

use std::time::{Duration, SystemTime};

use axum::{Router, routing::post};
use inference_runtime::{backend::HuggingFace, prelude::*};
use inference_tests::{
    client::post_text,
    models::{labels, runtime},
    upstream::{Answer, Upstream},
};

use super::{Step, model};

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "3s",
    retry(attempts = 3, backoff = "100ms", max_backoff = "150ms")
)]
async fn three_attempts(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "3s",
    retry(attempts = 3, backoff = "1ms", attempt_timeout = "500ms")
)]
async fn with_attempt_timeout(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(model = "org/model", task = "text-classification", timeout = "3s")]
async fn without_retry(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = ["org/model", "other::model"],
    task = "text-classification",
    timeout = "3s",
    retry = 1
)]
async fn chain(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.model.clone().unwrap_or_default())
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/three_attempts", post(three_attempts))
        .route("/with_attempt_timeout", post(with_attempt_timeout))
        .route("/without_retry", post(without_retry))
        .route("/chain", post(chain))
        .layer(inference.layer())
}

async fn hugging_face(answers: impl IntoIterator<Item = Answer>) -> (Upstream, Router) {
    let upstream = Upstream::scripted(answers).await;
    let backend = HuggingFace::builder()
        .base_url(upstream.url())
        .token("hf_of_the_tests");
    let app = app(&runtime(backend.build().expect("the backend should build")));
    (upstream, app)
}

fn good() -> Answer {
    Answer::json(&labels(&[("POSITIVE", 0.9)]))
}

#[tokio::test(start_paused = true)]
async fn transient_failure_is_retried_after_a_random_backoff() {
    let (calls, backend) = model(|call| match call {
        1 | 2 => Step::fail(ErrorKind::Unreachable),
        _ => Step::Answer,
    });
    let reply = post_text(&app(&runtime(backend)), "/three_attempts", "good").await;
    assert_eq!(reply.text(), "POSITIVE");
    let gaps = calls.gaps();
    assert_eq!(gaps.len(), 2);
    // A timer of tokio may be up to a millisecond late.
    assert!(gaps[0] <= Duration::from_millis(101), "{gaps:?}");
    assert!(gaps[1] <= Duration::from_millis(151), "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn retries_stop_at_the_number_of_attempts() {
    let (calls, backend) = model(|_| Step::fail(ErrorKind::ServiceFailed));
    let app = app(&runtime(backend));
    assert_eq!(post_text(&app, "/three_attempts", "good").await.status, 502);
    assert_eq!(calls.count(), 3);
    assert_eq!(post_text(&app, "/without_retry", "good").await.status, 502);
    assert_eq!(calls.count(), 4);
}

#[tokio::test]
async fn only_transient_statuses_are_retried() {
    for status in [408, 424, 425, 429, 500, 502, 503, 504] {
        let (upstream, app) = hugging_face([Answer::text(status, "for now"), good()]).await;
        let reply = post_text(&app, "/three_attempts", "good").await;
        assert_eq!(
            (reply.status.as_u16(), upstream.request_count()),
            (200, 2),
            "{status}"
        );
    }
    for status in [400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 501, 505] {
        let (upstream, app) = hugging_face([Answer::text(status, "for ever"), good()]).await;
        let reply = post_text(&app, "/three_attempts", "good").await;
        assert_ne!(reply.status, 200, "{status}");
        assert_eq!(upstream.request_count(), 1, "{status}");
    }
    let (upstream, app) = hugging_face([Answer::reset(), Answer::close(), good()]).await;
    assert_eq!(post_text(&app, "/three_attempts", "good").await.status, 200);
    assert_eq!(upstream.request_count(), 3);
}

#[tokio::test]
async fn malformed_answer_is_not_retried() {
    let (upstream, app) = hugging_face([Answer::html(200, "<p>not JSON"), good()]).await;
    assert_eq!(post_text(&app, "/three_attempts", "good").await.status, 502);
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn retry_waits_for_the_time_given_by_the_service() {
    let in_two_seconds = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    for answer in [
        Answer::status(429).header("retry-after", &in_two_seconds),
        Answer::status(503).header("retry-after", "1"),
        Answer::status(429).header("x-ratelimit-reset", "1"),
        Answer::json(&serde_json::json!({"error": "loading", "estimated_time": 1.0}))
            .with_status(503),
    ] {
        let shown = format!("{answer:?}");
        let (upstream, app) = hugging_face([answer, good()]).await;
        let started = std::time::Instant::now();
        assert_eq!(
            post_text(&app, "/three_attempts", "good").await.status,
            200,
            "{shown}"
        );
        let waited = started.elapsed();
        assert_eq!(upstream.request_count(), 2);
        assert!(waited >= Duration::from_millis(900), "{waited:?} {shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_beyond_the_deadline_fails_immediately() {
    let error = InferenceError::new(ErrorKind::RateLimited, "by the script")
        .with_retry_after(Duration::from_secs(4));
    let (calls, backend) = model(move |_| Step::Fail(error.clone()));
    let started = tokio::time::Instant::now();
    let reply = post_text(&app(&runtime(backend)), "/three_attempts", "good").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.header("retry-after"), "4");
    assert_eq!(calls.count(), 1);
    assert!(started.elapsed() < Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn attempt_that_times_out_is_retried() {
    let (calls, backend) = model(|call| if call == 1 { Step::Hang } else { Step::Answer });
    let reply = post_text(&app(&runtime(backend)), "/with_attempt_timeout", "good").await;
    assert_eq!(reply.text(), "POSITIVE");
    assert_eq!(calls.count(), 2);
    assert!(calls.gaps()[0] >= Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn next_model_is_called_after_the_retries_of_the_first() {
    let (first, backend) = model(|_| Step::fail(ErrorKind::Overloaded));
    let (second, other) = model(|_| Step::Answer);
    let inference = Inference::builder()
        .backend("hf", backend)
        .backend("other", other)
        .build()
        .expect("the runtime should build");
    let reply = post_text(&app(&inference), "/chain", "good").await;
    assert_eq!(reply.text(), "other::model");
    assert_eq!((first.count(), second.count()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn client_error_is_neither_retried_nor_sent_to_the_next_model() {
    let (first, backend) = model(|_| Step::fail(ErrorKind::InvalidInput));
    let (second, other) = model(|_| Step::Answer);
    let inference = Inference::builder()
        .backend("hf", backend)
        .backend("other", other)
        .build()
        .expect("the runtime should build");
    assert_eq!(
        post_text(&app(&inference), "/chain", "good").await.status,
        422
    );
    assert_eq!((first.count(), second.count()), (1, 0));
}
