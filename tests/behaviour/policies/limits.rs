//! Asking less.

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
async fn few(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "2s",
    rate_limit = "5/s"
)]
async fn seldom(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

fn app(inference: &Inference) -> Router {
    Router::new()
        .route("/few", post(few))
        .route("/seldom", post(seldom))
        .layer(inference.layer())
}

#[tokio::test(start_paused = true)]
async fn calls_beyond_the_number_wait_for_their_turn_and_then_no_longer() {
    let (asked, backend) = model(|_| Step::Slow(Duration::from_millis(400)));
    let app = app(&runtime(backend));
    let started = Instant::now();
    let replies = join_all((0..12).map(|_| post_text(&app, "/few", "good"))).await;
    // Two at a time, 400 ms each; who has waited for half of its two seconds gives up.
    let good = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(good, 6);
    assert_eq!(asked.count(), 6);
    for turned_away in replies.iter().filter(|reply| reply.status != 200) {
        assert_eq!(
            (
                turned_away.status.as_u16(),
                turned_away.problem_kind().as_str()
            ),
            (503, "throttled")
        );
        assert_eq!(turned_away.header("retry-after"), "1");
    }
    assert!(
        started.elapsed() < Duration::from_millis(1_250),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_gives_its_place_back() {
    let (asked, backend) = model(|call| if call <= 2 { Step::Hang } else { Step::Answer });
    let app = app(&runtime(backend));
    let hanging: Vec<_> = (0..2)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { post_text(&app, "/few", "good").await })
        })
        .collect();
    while asked.count() < 2 {
        tokio::task::yield_now().await;
    }
    for call in hanging {
        call.abort();
        assert!(call.await.is_err());
    }
    assert_eq!(post_text(&app, "/few", "good").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn calls_come_no_faster_than_the_rate() {
    let (asked, backend) = model(|_| Step::Answer);
    let app = app(&runtime(backend));
    let started = Instant::now();
    let replies = join_all((0..20).map(|_| post_text(&app, "/seldom", "good"))).await;
    // Five at once, and one every 200 ms for the second that half of the time is.
    let good = replies.iter().filter(|reply| reply.status == 200).count();
    assert!((9..=10).contains(&good), "{good}");
    assert_eq!(asked.count(), good);
    let turned_away = replies
        .iter()
        .find(|reply| reply.status != 200)
        .expect("too many");
    assert_eq!(
        (
            turned_away.status.as_u16(),
            turned_away.problem_kind().as_str()
        ),
        (503, "throttled")
    );
    assert!(!turned_away.header("retry-after").is_empty());
    assert!(
        started.elapsed() <= Duration::from_millis(1_010),
        "{:?}",
        started.elapsed()
    );
}
