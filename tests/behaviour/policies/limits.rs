//! Concurrency and rate limits.

use std::time::Duration;

use axum::{Router, routing::post};
use futures_util::future::join_all;
use inference_runtime::prelude::*;
use inference_tests::{client::post_text, models::runtime};
use tokio::time::Instant;

use super::{Step, model};

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "2s",
    concurrency = 2
)]
async fn two_at_a_time(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "2s",
    rate_limit = "5/s"
)]
async fn five_per_second(
    text: String,
    #[prediction] label: Label,
) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/two_at_a_time", post(two_at_a_time))
        .route("/five_per_second", post(five_per_second))
        .layer(inference.layer())
}

#[tokio::test(start_paused = true)]
async fn calls_above_the_concurrency_limit_wait_for_half_of_the_timeout() {
    let (calls, backend) = model(|_| Step::Slow(Duration::from_millis(400)));
    let app = app(&runtime(backend));
    let started = Instant::now();
    let replies = join_all((0..12).map(|_| post_text(&app, "/two_at_a_time", "good"))).await;
    // Two at a time, 400 ms each. A call waits for at most half of its timeout of two seconds.
    let successful = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(successful, 6);
    assert_eq!(calls.count(), 6);
    for rejected in replies.iter().filter(|reply| reply.status != 200) {
        assert_eq!(
            (rejected.status.as_u16(), rejected.problem_kind().as_str()),
            (503, "throttled")
        );
        assert_eq!(rejected.header("retry-after"), "1");
    }
    assert!(
        started.elapsed() < Duration::from_millis(1_250),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn cancelled_call_releases_its_concurrency_permit() {
    let (calls, backend) = model(|call| if call <= 2 { Step::Hang } else { Step::Answer });
    let app = app(&runtime(backend));
    let hanging: Vec<_> = (0..2)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { post_text(&app, "/two_at_a_time", "good").await })
        })
        .collect();
    while calls.count() < 2 {
        tokio::task::yield_now().await;
    }
    for call in hanging {
        call.abort();
        assert!(call.await.is_err());
    }
    assert_eq!(post_text(&app, "/two_at_a_time", "good").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn calls_are_limited_to_the_rate() {
    let (calls, backend) = model(|_| Step::Answer);
    let app = app(&runtime(backend));
    let started = Instant::now();
    let replies = join_all((0..20).map(|_| post_text(&app, "/five_per_second", "good"))).await;
    // Five at once, and one every 200 ms for one second, which is half of the timeout.
    let successful = replies.iter().filter(|reply| reply.status == 200).count();
    assert!((9..=10).contains(&successful), "{successful}");
    assert_eq!(calls.count(), successful);
    let rejected = replies
        .iter()
        .find(|reply| reply.status != 200)
        .expect("some calls should be rejected");
    assert_eq!(
        (rejected.status.as_u16(), rejected.problem_kind().as_str()),
        (503, "throttled")
    );
    assert!(!rejected.header("retry-after").is_empty());
    assert!(
        started.elapsed() <= Duration::from_millis(1_010),
        "{:?}",
        started.elapsed()
    );
}
