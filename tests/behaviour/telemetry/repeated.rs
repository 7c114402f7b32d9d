//! Log throttling of repeated failures. Time is paused.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, routing::post};
use futures_util::future::join_all;
use inference_runtime::{
    Backend, ErrorKind, InferenceError,
    backend::{Request, from_fn},
    prelude::*,
};
use inference_tests::{
    client::post_text,
    logs::Logs,
    models::{labels, runtime},
};

use super::{app, serve};

/// The period in which one kind of failure is logged once.
const PERIOD: Duration = Duration::from_secs(10);

/// The current failure of a scripted model, or `None` if it succeeds. Every call gets its own error.
#[derive(Clone, Default)]
struct Health(Arc<Mutex<Option<ErrorKind>>>);

impl Health {
    fn failing(kind: ErrorKind) -> Self {
        let health = Self::default();
        health.set(Some(kind));
        health
    }

    fn set(&self, kind: Option<ErrorKind>) {
        *self.0.lock().expect("no test should have panicked") = kind;
    }

    fn model(&self) -> impl Backend + use<> {
        let health = self.clone();
        from_fn(move |_: Request| {
            let kind = *health.0.lock().expect("no test should have panicked");
            async move {
                // Lets concurrent calls join the same flight.
                tokio::task::yield_now().await;
                match kind {
                    Some(kind) => Err(InferenceError::new(kind, "scripted failure")),
                    None => Ok(labels(&[("POSITIVE", 0.9)])),
                }
            }
        })
    }
}

/// Sends this many requests with different inputs.
async fn send_requests(app: &Router, path: &str, times: usize) {
    for number in 0..times {
        post_text(app, path, &format!("{number}")).await;
    }
}

/// Returns the lines about failed predictions at this level.
fn lines(logs: &Logs, level: &str) -> Vec<String> {
    let level = format!(" {level} ");
    let mut lines = logs.failures();
    lines.retain(|line| line.contains(&level));
    lines
}

#[tokio::test(start_paused = true)]
async fn repeated_failures_are_one_warning_per_period_with_their_number() {
    let logs = Logs::capture();
    let app = app(Health::failing(ErrorKind::Overloaded).model());
    send_requests(&app, "/cached", 500).await;
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    assert!(!logs.text().contains("suppressed="), "{}", logs.text());
    // At debug level every failure is logged.
    assert_eq!(lines(&logs, "DEBUG").len(), 499);

    tokio::time::advance(PERIOD).await;
    send_requests(&app, "/cached", 3).await;
    let warnings = lines(&logs, "WARN");
    assert_eq!(warnings.len(), 2, "{warnings:#?}");
    assert!(warnings[1].ends_with(" suppressed=499"), "{}", warnings[1]);
    assert_eq!(lines(&logs, "DEBUG").len(), 501);

    tokio::time::advance(PERIOD).await;
    send_requests(&app, "/cached", 1).await;
    let warnings = lines(&logs, "WARN");
    assert_eq!(warnings.len(), 3, "{warnings:#?}");
    assert!(warnings[2].ends_with(" suppressed=2"), "{}", warnings[2]);
}

#[tokio::test(start_paused = true)]
async fn failure_after_a_quiet_period_is_logged_immediately() {
    let logs = Logs::capture();
    let health = Health::failing(ErrorKind::Overloaded);
    let app = app(health.model());
    send_requests(&app, "/chain", 1).await;
    health.set(None);
    tokio::time::advance(PERIOD).await;
    send_requests(&app, "/chain", 100).await;
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    health.set(Some(ErrorKind::Overloaded));
    send_requests(&app, "/chain", 1).await;
    let failures = lines(&logs, "WARN");
    assert_eq!(failures.len(), 2, "{failures:#?}");
    assert!(!failures[1].contains("suppressed"), "{failures:#?}");
}

#[tokio::test(start_paused = true)]
async fn new_kind_or_operation_is_logged_immediately() {
    let logs = Logs::capture();
    let health = Health::failing(ErrorKind::Overloaded);
    let app = app(health.model());
    for (kind, path, level, expected) in [
        (ErrorKind::Overloaded, "/cached", "WARN", 1),
        (ErrorKind::Unreachable, "/cached", "WARN", 2),
        (ErrorKind::Unreachable, "/chain", "WARN", 3),
        (ErrorKind::Unauthorized, "/chain", "ERROR", 1),
        // Client errors are throttled as well.
        (ErrorKind::InvalidInput, "/cached", "INFO", 1),
        // All of these were logged before.
        (ErrorKind::Overloaded, "/cached", "WARN", 3),
        (ErrorKind::Unauthorized, "/chain", "ERROR", 1),
    ] {
        health.set(Some(kind));
        send_requests(&app, path, 3).await;
        let lines = lines(&logs, level);
        assert_eq!(lines.len(), expected, "{kind} {path}: {lines:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_behind_stale_answers_are_throttled() {
    let logs = Logs::capture();
    let health = Health::default();
    let app = app(health.model());
    send_requests(&app, "/cached", 20).await;
    // The entries have expired and are within the stale window.
    tokio::time::advance(Duration::from_secs(61)).await;
    health.set(Some(ErrorKind::ServiceFailed));
    for number in 0..20 {
        let reply = post_text(&app, "/cached", &format!("{number}")).await;
        assert_eq!(reply.header("x-inference-source"), "stale");
    }
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    assert_eq!(lines(&logs, "DEBUG").len(), 19);
}

#[tokio::test(start_paused = true)]
async fn failure_of_a_shared_call_counts_once() {
    let logs = Logs::capture();
    let app = app(Health::failing(ErrorKind::Overloaded).model());
    for round in ["first", "second"] {
        join_all((0..16).map(|_| post_text(&app, "/cached", round))).await;
    }
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    assert_eq!(lines(&logs, "DEBUG").len(), 1, "{}", logs.text());
    tokio::time::advance(PERIOD).await;
    send_requests(&app, "/cached", 1).await;
    let failures = lines(&logs, "WARN");
    assert!(failures[1].ends_with(" suppressed=1"), "{failures:#?}");
}

#[infer(
    model = "org/moods",
    task = "text-classification",
    circuit_breaker(failures = 3, reset = "1s"),
    name = "telemetry::with_breaker"
)]
async fn with_breaker(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[tokio::test(start_paused = true)]
async fn failed_probes_are_throttled_and_calls_rejected_by_the_breaker_are_not_counted() {
    let logs = Logs::capture();
    let inference = runtime(Health::failing(ErrorKind::Unreachable).model());
    let app = Router::new()
        .route("/with_breaker", post(with_breaker))
        .layer(inference.layer());
    send_requests(&app, "/with_breaker", 50).await;
    // Three calls open the breaker, and there is one probe per second.
    for _ in 0..10 {
        tokio::time::advance(Duration::from_secs(1)).await;
        send_requests(&app, "/with_breaker", 50).await;
    }
    let failures = lines(&logs, "WARN");
    assert_eq!(failures.len(), 2, "{failures:#?}");
    assert!(failures[1].ends_with(" suppressed=11"), "{failures:#?}");
    let opened = logs.text().matches("breaker.state=\"open\"").count();
    assert_eq!(opened, 1, "{}", logs.text());
}

#[tokio::test(start_paused = true)]
async fn each_runtime_has_its_own_throttle() {
    let logs = Logs::capture();
    for _ in 0..2 {
        let inference = runtime(Health::failing(ErrorKind::Overloaded).model());
        send_requests(&serve(&inference), "/cached", 2).await;
    }
    assert_eq!(lines(&logs, "WARN").len(), 2, "{}", logs.text());
}
