//! `stale_while_revalidate`: stale answers are served while a refresh runs in the background.

use std::time::Duration;

use axum::{Router, routing::post};
use futures_util::future::join_all;
use inference_runtime::prelude::*;
use inference_tests::{client::post_text, models::runtime};

use super::{CallLog, Step, model};

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "5s",
    cache(ttl = "1m", stale_while_revalidate = "10m")
)]
async fn revalidated(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/", post(revalidated))
        .layer(inference.layer())
}

async fn wait_for_calls(calls: &CallLog, count: usize) {
    while calls.count() < count {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_requests_get_a_stale_answer_and_start_one_refresh() {
    let (calls, backend) = model(|call| {
        if call == 1 {
            Step::Answer
        } else {
            Step::Slow(Duration::from_secs(1))
        }
    });
    let app = app(&runtime(backend));
    post_text(&app, "/", "good").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    let started = tokio::time::Instant::now();
    let replies = join_all((0..100).map(|_| post_text(&app, "/", "good"))).await;
    assert!(replies.iter().all(|reply| reply.text() == "stale"));
    assert_eq!(started.elapsed(), Duration::ZERO);
    let reply = &replies[0];
    assert_eq!(reply.header("age"), "61");
    assert!(
        reply
            .header("cache-status")
            .starts_with("inference; hit; ttl=-1; "),
        "{reply:?}"
    );
    wait_for_calls(&calls, 2).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "cache");
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn failed_refresh_is_retried_after_a_pause() {
    let (calls, backend) = model(|call| match call {
        1 | 3 => Step::Answer,
        _ => Step::fail(ErrorKind::Unreachable),
    });
    let app = app(&runtime(backend));
    post_text(&app, "/", "good").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "stale");
    wait_for_calls(&calls, 2).await;
    for _ in 0..50 {
        assert_eq!(post_text(&app, "/", "good").await.text(), "stale");
    }
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(calls.count(), 2);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "stale");
    wait_for_calls(&calls, 3).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "cache");
}

#[tokio::test(start_paused = true)]
async fn request_after_the_revalidate_window_waits_for_the_model() {
    let (calls, backend) = model(|_| Step::Answer);
    let app = app(&runtime(backend));
    post_text(&app, "/", "good").await;
    tokio::time::advance(Duration::from_secs(660)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "model");
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn hanging_refresh_times_out_and_another_one_follows() {
    let (calls, backend) = model(|call| if call == 2 { Step::Hang } else { Step::Answer });
    let app = app(&runtime(backend));
    post_text(&app, "/", "good").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "stale");
    wait_for_calls(&calls, 2).await;
    // The timeout of the refresh, and the pause after a failure.
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(post_text(&app, "/", "good").await.text(), "stale");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(calls.count(), 3, "a second refresh should have run");
    assert_eq!(post_text(&app, "/", "good").await.text(), "cache");
}
