//! Not asking a model that keeps failing.

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
async fn careful(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    circuit_breaker(failures = 1, reset = "30s")
)]
async fn anxious(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
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
async fn careless(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/careful", post(careful))
        .route("/anxious", post(anxious))
        .route("/chain", post(chain))
        .route("/careless", post(careless))
        .layer(inference.layer())
}

#[tokio::test(start_paused = true)]
async fn after_failures_in_a_row_the_model_is_left_alone_and_then_tried_once() {
    let (asked, backend) = model(|call| match call {
        1..=4 => Step::fail(ErrorKind::ServiceFailed),
        _ => Step::Answer,
    });
    let app = app(&runtime(backend));
    for _ in 0..3 {
        assert_eq!(
            post_text(&app, "/careful", "good").await.problem_kind(),
            "service_failed"
        );
    }
    for _ in 0..20 {
        let reply = post_text(&app, "/careful", "good").await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem_kind().as_str()),
            (503, "circuit_open")
        );
        assert_eq!(reply.header("retry-after"), "30");
    }
    assert_eq!(asked.count(), 3);

    // The probe fails: for another while it is left alone.
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(
        post_text(&app, "/careful", "good").await.problem_kind(),
        "service_failed"
    );
    assert_eq!(
        post_text(&app, "/careful", "good").await.problem_kind(),
        "circuit_open"
    );
    assert_eq!(asked.count(), 4);

    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(post_text(&app, "/careful", "good").await.status, 200);
    assert_eq!(post_text(&app, "/careful", "good").await.status, 200);
    assert_eq!(asked.count(), 6);
}

#[tokio::test(start_paused = true)]
async fn one_probe_is_made_however_many_ask() {
    let (asked, backend) = model(|call| match call {
        1 => Step::fail(ErrorKind::Unreachable),
        _ => Step::Slow(Duration::from_secs(1)),
    });
    let app = app(&runtime(backend));
    post_text(&app, "/anxious", "good").await;
    tokio::time::advance(Duration::from_secs(30)).await;
    let replies =
        futures_util::future::join_all((0..50).map(|_| post_text(&app, "/anxious", "good"))).await;
    let good = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!((good, asked.count()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn neither_a_limit_of_rate_nor_a_callers_mistake_opens_it() {
    for kind in [
        ErrorKind::RateLimited,
        ErrorKind::ModelLoading,
        ErrorKind::InvalidInput,
    ] {
        let (asked, backend) = model(move |_| Step::fail(kind));
        let app = app(&runtime(backend));
        for _ in 0..10 {
            assert_eq!(
                post_text(&app, "/anxious", "good").await.problem_kind(),
                kind.as_str()
            );
        }
        assert_eq!(asked.count(), 10, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_hangs_opens_it() {
    let (asked, backend) = model(|_| Step::Hang);
    let app = app(&runtime(backend));
    for _ in 0..3 {
        assert_eq!(
            post_text(&app, "/careful", "good").await.problem_kind(),
            "timeout"
        );
    }
    assert_eq!(
        post_text(&app, "/careful", "good").await.problem_kind(),
        "circuit_open"
    );
    assert_eq!(asked.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn operations_on_one_model_share_it_and_a_chain_goes_on_at_once() {
    let (asked, backend) = model(|_| Step::fail(ErrorKind::ServiceFailed));
    let app = app(&runtime(backend));
    post_text(&app, "/careless", "good").await;
    assert_eq!(
        post_text(&app, "/anxious", "good").await.problem_kind(),
        "service_failed"
    );
    assert_eq!(asked.count(), 2);
    assert_eq!(
        post_text(&app, "/anxious", "good").await.problem_kind(),
        "circuit_open"
    );
    assert_eq!(
        post_text(&app, "/chain", "good").await.text(),
        "local::sentiment"
    );
    // With a limit of its own another operation still asks, and one without any always does.
    assert_eq!(
        post_text(&app, "/careful", "good").await.problem_kind(),
        "service_failed"
    );
    assert_eq!(
        post_text(&app, "/careless", "good").await.problem_kind(),
        "service_failed"
    );
    assert_eq!(asked.count(), 4);
}
