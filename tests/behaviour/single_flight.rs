//! Equal questions that are asked at the same time are one question to the model.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::post};
use futures_util::future::{FutureExt, join_all};
use inference_runtime::{
    Backend,
    backend::{Request, from_fn},
    prelude::*,
};
use inference_tests::{
    client::post_text,
    models::{Calls, labels, runtime},
};
use tokio::sync::{Notify, Semaphore};

#[infer(
    model = "org/model",
    task = "text-classification",
    cache = "5m",
    timeout = "30s"
)]
async fn kept(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(
    model = "org/model",
    task = "text-classification",
    cache = "5m",
    timeout = "1s"
)]
async fn impatient(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(model = "org/model", task = "text-classification")]
async fn not_kept(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

fn app(backend: impl Backend) -> Router {
    Router::new()
        .route("/kept", post(kept))
        .route("/impatient", post(impatient))
        .route("/not_kept", post(not_kept))
        .layer(runtime(backend).layer())
}

/// A model that tells when it is asked and when its call ends, and answers when it is let.
#[derive(Clone)]
struct Gate {
    calls: Calls,
    asked: Arc<Semaphore>,
    open: Arc<Semaphore>,
    ended: Arc<Notify>,
}

impl Gate {
    fn new() -> Self {
        Self {
            calls: Calls::default(),
            asked: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
            ended: Arc::new(Notify::new()),
        }
    }

    fn backend(&self) -> impl Backend {
        struct Ended(Arc<Notify>);
        impl Drop for Ended {
            fn drop(&mut self) {
                self.0.notify_one();
            }
        }

        let gate = self.clone();
        from_fn(move |_: Request| {
            let gate = gate.clone();
            gate.calls.add();
            async move {
                let _ended = Ended(Arc::clone(&gate.ended));
                gate.asked.add_permits(1);
                gate.open.acquire().await.expect("an open gate").forget();
                Ok(labels(&[("POSITIVE", 0.9)]))
            }
        })
    }

    async fn wait_until_asked(&self) {
        self.asked.acquire().await.expect("never closed").forget();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_fifty_six_cold_requests_make_one_call() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let requests: Vec<_> = (0..256)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { post_text(&app, "/kept", "good").await })
        })
        .collect();
    gate.wait_until_asked().await;
    gate.open.add_permits(256);
    for reply in join_all(requests).await {
        let reply = reply.expect("no panic");
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test]
async fn the_first_callers_departure_takes_nothing_from_the_others() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let ask = || {
        let app = app.clone();
        tokio::spawn(async move { post_text(&app, "/kept", "good").await })
    };
    let first = ask();
    gate.wait_until_asked().await;
    let second = ask();
    // The second has boarded once it waits and the runtime is idle.
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.expect_err("aborted").is_cancelled());
    gate.open.add_permits(1);
    let reply = second.await.expect("no panic");
    assert_eq!(reply.text(), "model");
    assert!(
        reply.header("cache-status").contains("collapsed"),
        "{reply:?}"
    );
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test]
async fn a_first_caller_who_does_not_go_on_holds_nobody_up() {
    let gate = Gate::new();
    let app = app(gate.backend());
    // It has begun the call, and is not woken again until the other has its answer.
    let mut first = Box::pin(post_text(&app, "/kept", "fine"));
    while gate.asked.try_acquire().is_err() {
        assert!((&mut first).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    gate.open.add_permits(1);
    let second = tokio::time::timeout(Duration::from_secs(10), post_text(&app, "/kept", "fine"));
    let second = second.await.expect("an answer without the first");
    assert_eq!(second.text(), "model");
    assert_eq!(first.await.text(), "model");
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_stays_is_answered_whoever_goes() {
    let app = app(from_fn(|request: Request| async move {
        // Long enough that callers come and go in the middle of it, at another point each time.
        for _ in 0..request.inputs().to_string().len() % 5 {
            tokio::task::yield_now().await;
        }
        Ok(labels(&[("POSITIVE", 0.9)]))
    }));
    for round in 0..1_000_usize {
        let text = format!("good {}", "x".repeat(round));
        let callers: Vec<_> = (0..5)
            .map(|_| {
                let (app, text) = (app.clone(), text.clone());
                tokio::spawn(async move { post_text(&app, "/kept", &text).await })
            })
            .collect();
        // Each of the others stays or goes by a bit of the round.
        let goes = |caller: usize| caller != round % 5 && round >> caller & 1 == 1;
        for (caller, task) in callers.iter().enumerate() {
            if goes(caller) {
                task.abort();
            }
        }
        for (caller, task) in callers.into_iter().enumerate() {
            if !goes(caller) {
                let reply = tokio::time::timeout(Duration::from_secs(10), task).await;
                let reply = reply.expect("in time").expect("no panic");
                assert_eq!(reply.status, 200, "{round}: {reply:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_call_ends_with_its_last_caller() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let request = tokio::spawn({
        let app = app.clone();
        async move { post_text(&app, "/kept", "good").await }
    });
    gate.wait_until_asked().await;
    request.abort();
    tokio::time::timeout(Duration::from_secs(5), gate.ended.notified())
        .await
        .expect("the call was dropped");

    // Who comes next starts anew.
    gate.open.add_permits(1);
    assert_eq!(post_text(&app, "/kept", "good").await.text(), "model");
    assert_eq!(gate.calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_caller_has_its_own_time() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let patient = tokio::spawn({
        let app = app.clone();
        async move { post_text(&app, "/kept", "good").await }
    });
    gate.wait_until_asked().await;
    let impatient = post_text(&app, "/impatient", "good").await;
    assert_eq!(impatient.status, 504);
    assert_eq!(impatient.problem(), "timeout");
    gate.open.add_permits(1);
    assert_eq!(patient.await.expect("no panic").text(), "model");
    assert_eq!(gate.calls.count(), 1);
}

/// A model that takes two seconds and looks, in the middle, whether someone will still be there.
fn slow(calls: &Calls) -> impl Backend {
    let calls = calls.clone();
    from_fn(move |request: Request| {
        calls.add();
        async move {
            let half = Duration::from_millis(999);
            tokio::time::sleep(half).await;
            let left = request.time_left();
            tokio::time::sleep(half).await;
            if left < half {
                return Err(InferenceError::new(ErrorKind::Timeout, "too slow"));
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    })
}

#[tokio::test(start_paused = true)]
async fn the_first_callers_time_is_not_the_others() {
    let calls = Calls::default();
    let app = app(slow(&calls));
    let (impatient, patient) = tokio::join!(
        post_text(&app, "/impatient", "good"),
        post_text(&app, "/kept", "good")
    );
    assert_eq!(impatient.problem(), "timeout");
    assert_eq!(patient.text(), "model");
    assert_eq!(calls.count(), 1);
}

#[tokio::test]
async fn a_shared_failure_reaches_all_and_is_not_kept() {
    let calls = Calls::default();
    let (counted, gate) = (calls.clone(), Arc::new(Semaphore::new(0)));
    let (asked, open) = (Arc::new(Semaphore::new(0)), Arc::clone(&gate));
    let told = Arc::clone(&asked);
    let app = app(from_fn(move |_: Request| {
        counted.add();
        let (told, open, first) = (Arc::clone(&told), Arc::clone(&open), counted.count() == 1);
        async move {
            told.add_permits(1);
            open.acquire().await.expect("never closed").forget();
            if first {
                return Err(InferenceError::new(ErrorKind::Overloaded, "busy"));
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    }));
    let requests: Vec<_> = (0..8)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { post_text(&app, "/kept", "good").await })
        })
        .collect();
    asked.acquire().await.expect("never closed").forget();
    // All eight are under way before the call fails.
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(2);
    for reply in join_all(requests).await {
        let reply = reply.expect("no panic");
        assert_eq!(reply.status, 503);
        assert_eq!(reply.header("retry-after"), "1");
    }
    assert_eq!(post_text(&app, "/kept", "good").await.text(), "model");
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn a_backend_that_panics_fails_its_callers_and_no_others() {
    let calls = Calls::default();
    let counted = calls.clone();
    let app = app(from_fn(move |_: Request| {
        counted.add();
        assert!(counted.count() > 1, "this backend is broken");
        async { Ok(labels(&[("POSITIVE", 0.9)])) }
    }));
    let reply = post_text(&app, "/kept", "good").await;
    assert_eq!(reply.status, 500);
    assert_eq!(reply.problem(), "internal");
    assert_eq!(post_text(&app, "/kept", "good").await.text(), "model");
}

#[tokio::test]
async fn answers_that_are_not_kept_are_not_shared() {
    let gate = Gate::new();
    let app = app(gate.backend());
    gate.open.add_permits(8);
    let requests = (0..8).map(|_| post_text(&app, "/not_kept", "good"));
    for reply in join_all(requests).await {
        assert_eq!(reply.text(), "model");
    }
    assert_eq!(gate.calls.count(), 8);
}
