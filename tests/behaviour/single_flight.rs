//! Single-flight: concurrent equal calls are coalesced into one model call.

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
    models::{CallCounter, labels, runtime},
};
use tokio::sync::{Notify, Semaphore};

#[infer(
    model = "org/model",
    task = "text-classification",
    cache = "5m",
    timeout = "30s"
)]
async fn cached(
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
async fn short_timeout(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

#[infer(model = "org/model", task = "text-classification")]
async fn uncached(
    text: String,
    #[prediction] label: Prediction<Label>,
) -> Result<String, InferenceError> {
    Ok(label.source.to_string())
}

fn app(backend: impl Backend) -> Router {
    Router::new()
        .route("/cached", post(cached))
        .route("/short_timeout", post(short_timeout))
        .route("/uncached", post(uncached))
        .layer(runtime(backend).layer())
}

/// A model that reports when a call starts and when it ends, and responds when the test permits it.
#[derive(Clone)]
struct Gate {
    calls: CallCounter,
    started: Arc<Semaphore>,
    permits: Arc<Semaphore>,
    call_ended: Arc<Notify>,
}

impl Gate {
    fn new() -> Self {
        Self {
            calls: CallCounter::default(),
            started: Arc::new(Semaphore::new(0)),
            permits: Arc::new(Semaphore::new(0)),
            call_ended: Arc::new(Notify::new()),
        }
    }

    fn backend(&self) -> impl Backend {
        struct NotifyOnDrop(Arc<Notify>);
        impl Drop for NotifyOnDrop {
            fn drop(&mut self) {
                self.0.notify_one();
            }
        }

        let gate = self.clone();
        from_fn(move |_: Request| {
            let gate = gate.clone();
            gate.calls.increment();
            async move {
                let _ended = NotifyOnDrop(Arc::clone(&gate.call_ended));
                gate.started.add_permits(1);
                gate.permits
                    .acquire()
                    .await
                    .expect("the semaphore should stay open")
                    .forget();
                Ok(labels(&[("POSITIVE", 0.9)]))
            }
        })
    }

    async fn wait_until_called(&self) {
        self.started
            .acquire()
            .await
            .expect("the semaphore should stay open")
            .forget();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_cold_requests_make_one_call() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let requests: Vec<_> = (0..256)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { post_text(&app, "/cached", "good").await })
        })
        .collect();
    gate.wait_until_called().await;
    gate.permits.add_permits(256);
    for reply in join_all(requests).await {
        let reply = reply.expect("the task should not panic");
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test]
async fn flight_continues_when_its_first_caller_is_cancelled() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let spawn_request = || {
        let app = app.clone();
        tokio::spawn(async move { post_text(&app, "/cached", "good").await })
    };
    let first = spawn_request();
    gate.wait_until_called().await;
    let second = spawn_request();
    // The second request has joined the flight when it waits and the runtime is idle.
    tokio::task::yield_now().await;
    first.abort();
    assert!(
        first
            .await
            .expect_err("the task should be aborted")
            .is_cancelled()
    );
    gate.permits.add_permits(1);
    let reply = second.await.expect("the task should not panic");
    assert_eq!(reply.text(), "model");
    assert!(
        reply.header("cache-status").contains("collapsed"),
        "{reply:?}"
    );
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test]
async fn flight_continues_when_its_first_caller_is_not_polled() {
    let gate = Gate::new();
    let app = app(gate.backend());
    // The first request has started the call and is not polled again until the second has its answer.
    let mut first = Box::pin(post_text(&app, "/cached", "fine"));
    while gate.started.try_acquire().is_err() {
        assert!((&mut first).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    gate.permits.add_permits(1);
    let second = tokio::time::timeout(Duration::from_secs(10), post_text(&app, "/cached", "fine"));
    let second = second
        .await
        .expect("the second request should not depend on the first");
    assert_eq!(second.text(), "model");
    assert_eq!(first.await.text(), "model");
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn remaining_callers_are_answered_when_others_are_cancelled() {
    let app = app(from_fn(|request: Request| async move {
        // Several polls, so that callers are cancelled at a different point of the call in each round.
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
                tokio::spawn(async move { post_text(&app, "/cached", &text).await })
            })
            .collect();
        // One caller stays in each round; a bit of the round decides for each of the others.
        let is_cancelled = |caller: usize| caller != round % 5 && round >> caller & 1 == 1;
        for (caller, task) in callers.iter().enumerate() {
            if is_cancelled(caller) {
                task.abort();
            }
        }
        for (caller, task) in callers.into_iter().enumerate() {
            if !is_cancelled(caller) {
                let reply = tokio::time::timeout(Duration::from_secs(10), task).await;
                let reply = reply
                    .expect("the request should finish in time")
                    .expect("the task should not panic");
                assert_eq!(reply.status, 200, "{round}: {reply:?}");
            }
        }
    }
}

#[tokio::test]
async fn call_is_dropped_when_its_last_caller_is_cancelled() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let request = tokio::spawn({
        let app = app.clone();
        async move { post_text(&app, "/cached", "good").await }
    });
    gate.wait_until_called().await;
    request.abort();
    tokio::time::timeout(Duration::from_secs(5), gate.call_ended.notified())
        .await
        .expect("the call should be dropped");

    // The next request starts a new call.
    gate.permits.add_permits(1);
    assert_eq!(post_text(&app, "/cached", "good").await.text(), "model");
    assert_eq!(gate.calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_caller_has_its_own_timeout() {
    let gate = Gate::new();
    let app = app(gate.backend());
    let long_timeout = tokio::spawn({
        let app = app.clone();
        async move { post_text(&app, "/cached", "good").await }
    });
    gate.wait_until_called().await;
    let short_timeout = post_text(&app, "/short_timeout", "good").await;
    assert_eq!(short_timeout.status, 504);
    assert_eq!(short_timeout.problem_kind(), "timeout");
    gate.permits.add_permits(1);
    assert_eq!(
        long_timeout
            .await
            .expect("the task should not panic")
            .text(),
        "model"
    );
    assert_eq!(gate.calls.count(), 1);
}

/// A model that takes two seconds and fails if, after the first, less than another second of its deadline is left.
fn slow(calls: &CallCounter) -> impl Backend {
    let calls = calls.clone();
    from_fn(move |request: Request| {
        calls.increment();
        async move {
            let half = Duration::from_millis(999);
            tokio::time::sleep(half).await;
            let time_left = request.time_left();
            tokio::time::sleep(half).await;
            if time_left < half {
                return Err(InferenceError::new(ErrorKind::Timeout, "too slow"));
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    })
}

#[tokio::test(start_paused = true)]
async fn timeout_of_the_first_caller_does_not_limit_the_others() {
    let calls = CallCounter::default();
    let app = app(slow(&calls));
    let (short_timeout, long_timeout) = tokio::join!(
        post_text(&app, "/short_timeout", "good"),
        post_text(&app, "/cached", "good")
    );
    assert_eq!(short_timeout.problem_kind(), "timeout");
    assert_eq!(long_timeout.text(), "model");
    assert_eq!(calls.count(), 1);
}

#[tokio::test]
async fn shared_failure_reaches_all_callers_and_is_not_stored() {
    let calls = CallCounter::default();
    let (counted, gate) = (calls.clone(), Arc::new(Semaphore::new(0)));
    let (started, permits) = (Arc::new(Semaphore::new(0)), Arc::clone(&gate));
    let start_signal = Arc::clone(&started);
    let app = app(from_fn(move |_: Request| {
        counted.increment();
        let (start_signal, permits, first) = (
            Arc::clone(&start_signal),
            Arc::clone(&permits),
            counted.count() == 1,
        );
        async move {
            start_signal.add_permits(1);
            permits
                .acquire()
                .await
                .expect("the semaphore should stay open")
                .forget();
            if first {
                return Err(InferenceError::new(ErrorKind::Overloaded, "busy"));
            }
            Ok(labels(&[("POSITIVE", 0.9)]))
        }
    }));
    let requests: Vec<_> = (0..8)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { post_text(&app, "/cached", "good").await })
        })
        .collect();
    started
        .acquire()
        .await
        .expect("the semaphore should stay open")
        .forget();
    // All eight requests have started before the call fails.
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(2);
    for reply in join_all(requests).await {
        let reply = reply.expect("the task should not panic");
        assert_eq!(reply.status, 503);
        assert_eq!(reply.header("retry-after"), "1");
    }
    assert_eq!(post_text(&app, "/cached", "good").await.text(), "model");
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn panicking_backend_fails_only_its_own_callers() {
    let calls = CallCounter::default();
    let counted = calls.clone();
    let app = app(from_fn(move |_: Request| {
        counted.increment();
        assert!(counted.count() > 1, "this backend is broken");
        async { Ok(labels(&[("POSITIVE", 0.9)])) }
    }));
    let reply = post_text(&app, "/cached", "good").await;
    assert_eq!(reply.status, 500);
    assert_eq!(reply.problem_kind(), "internal");
    assert_eq!(post_text(&app, "/cached", "good").await.text(), "model");
}

#[tokio::test]
async fn calls_without_cache_are_not_coalesced() {
    let gate = Gate::new();
    let app = app(gate.backend());
    gate.permits.add_permits(8);
    let requests = (0..8).map(|_| post_text(&app, "/uncached", "good"));
    for reply in join_all(requests).await {
        assert_eq!(reply.text(), "model");
    }
    assert_eq!(gate.calls.count(), 8);
}
