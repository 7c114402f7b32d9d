//! The circuit breaker.

use std::time::Duration;

use axum::{Router, routing::post};
use inference_runtime::prelude::*;
use inference_tests::{client::post_text, models::runtime};

use super::{Step, model};

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "3s",
    circuit_breaker(failures = 3, reset = "30s")
)]
async fn opens_after_three(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    circuit_breaker(failures = 1, reset = "30s")
)]
async fn opens_after_one(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = ["org/model", "local::sentiment"],
    task = "text-classification",
    circuit_breaker(failures = 1, reset = "30s")
)]
async fn chain(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.model.clone().unwrap_or_default())
}

#[infer(model = "org/model", task = "text-classification")]
async fn without_breaker(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/opens_after_three", post(opens_after_three))
        .route("/opens_after_one", post(opens_after_one))
        .route("/chain", post(chain))
        .route("/without_breaker", post(without_breaker))
        .layer(inference.layer())
}

#[tokio::test(start_paused = true)]
async fn breaker_opens_after_consecutive_failures_and_closes_after_a_successful_probe() {
    let (calls, backend) = model(|call| match call {
        1..=4 => Step::fail(ErrorKind::ServiceFailed),
        _ => Step::Answer,
    });
    let app = app(&runtime(backend));
    for _ in 0..3 {
        assert_eq!(
            post_text(&app, "/opens_after_three", "good")
                .await
                .problem_kind(),
            "service_failed"
        );
    }
    for _ in 0..20 {
        let reply = post_text(&app, "/opens_after_three", "good").await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem_kind().as_str()),
            (503, "circuit_open")
        );
        assert_eq!(reply.header("retry-after"), "30");
    }
    assert_eq!(calls.count(), 3);

    // The probe fails, so the breaker stays open for another 30 seconds.
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(
        post_text(&app, "/opens_after_three", "good")
            .await
            .problem_kind(),
        "service_failed"
    );
    assert_eq!(
        post_text(&app, "/opens_after_three", "good")
            .await
            .problem_kind(),
        "circuit_open"
    );
    assert_eq!(calls.count(), 4);

    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(
        post_text(&app, "/opens_after_three", "good").await.status,
        200
    );
    assert_eq!(
        post_text(&app, "/opens_after_three", "good").await.status,
        200
    );
    assert_eq!(calls.count(), 6);
}

#[tokio::test(start_paused = true)]
async fn open_breaker_permits_one_probe_for_concurrent_requests() {
    let (calls, backend) = model(|call| match call {
        1 => Step::fail(ErrorKind::Unreachable),
        _ => Step::Slow(Duration::from_secs(1)),
    });
    let app = app(&runtime(backend));
    post_text(&app, "/opens_after_one", "good").await;
    tokio::time::advance(Duration::from_secs(30)).await;
    let replies = futures_util::future::join_all(
        (0..50).map(|_| post_text(&app, "/opens_after_one", "good")),
    )
    .await;
    let good = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!((good, calls.count()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn rate_limits_loading_models_and_client_errors_do_not_open_the_breaker() {
    for kind in [
        ErrorKind::RateLimited,
        ErrorKind::ModelLoading,
        ErrorKind::InvalidInput,
    ] {
        let (calls, backend) = model(move |_| Step::fail(kind));
        let app = app(&runtime(backend));
        for _ in 0..10 {
            assert_eq!(
                post_text(&app, "/opens_after_one", "good")
                    .await
                    .problem_kind(),
                kind.as_str()
            );
        }
        assert_eq!(calls.count(), 10, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn timeouts_open_the_breaker() {
    let (calls, backend) = model(|_| Step::Hang);
    let app = app(&runtime(backend));
    for _ in 0..3 {
        assert_eq!(
            post_text(&app, "/opens_after_three", "good")
                .await
                .problem_kind(),
            "timeout"
        );
    }
    assert_eq!(
        post_text(&app, "/opens_after_three", "good")
            .await
            .problem_kind(),
        "circuit_open"
    );
    assert_eq!(calls.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn operations_share_the_breaker_of_a_model_and_a_chain_skips_the_model() {
    let (calls, backend) = model(|_| Step::fail(ErrorKind::ServiceFailed));
    let app = app(&runtime(backend));
    post_text(&app, "/without_breaker", "good").await;
    assert_eq!(
        post_text(&app, "/opens_after_one", "good")
            .await
            .problem_kind(),
        "service_failed"
    );
    assert_eq!(calls.count(), 2);
    assert_eq!(
        post_text(&app, "/opens_after_one", "good")
            .await
            .problem_kind(),
        "circuit_open"
    );
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "local::sentiment"
    );
    // An operation with a higher threshold still calls the model, and one without a breaker always does.
    assert_eq!(
        post_text(&app, "/opens_after_three", "good")
            .await
            .problem_kind(),
        "service_failed"
    );
    assert_eq!(
        post_text(&app, "/without_breaker", "good")
            .await
            .problem_kind(),
        "service_failed"
    );
    assert_eq!(calls.count(), 4);
}
