//! A service that is down, many requests, and what the log is told of it. Time is paused.

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

/// The log is told of one sort of failure once in this time.
const PERIOD: Duration = Duration::from_secs(10);

/// The kind of failure that a model answers with now; none where it is well. Each failure is one of its own.
#[derive(Clone, Default)]
struct Health(Arc<Mutex<Option<ErrorKind>>>);

impl Health {
    fn failing(kind: ErrorKind) -> Self {
        let health = Self::default();
        health.be(Some(kind));
        health
    }

    fn be(&self, kind: Option<ErrorKind>) {
        *self.0.lock().expect("no panic") = kind;
    }

    fn model(&self) -> impl Backend + use<> {
        let health = self.clone();
        from_fn(move |_: Request| {
            let kind = *health.0.lock().expect("no panic");
            async move {
                // So that those who ask at the same time find each other.
                tokio::task::yield_now().await;
                match kind {
                    Some(kind) => Err(InferenceError::new(kind, "it is broken")),
                    None => Ok(labels(&[("POSITIVE", 0.9)])),
                }
            }
        })
    }
}

/// Asks so many different questions.
async fn ask(app: &Router, path: &str, times: usize) {
    for number in 0..times {
        post_text(app, path, &format!("{number}")).await;
    }
}

/// The lines about failed predictions at this level.
fn lines(logs: &Logs, level: &str) -> Vec<String> {
    let level = format!(" {level} ");
    let mut lines = logs.failures();
    lines.retain(|line| line.contains(&level));
    lines
}

#[tokio::test(start_paused = true)]
async fn many_failures_are_one_warning_in_a_while_with_their_number() {
    let logs = Logs::capture();
    let app = app(Health::failing(ErrorKind::Overloaded).model());
    ask(&app, "/kept", 500).await;
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    assert!(!logs.text().contains("suppressed="), "{}", logs.text());
    // Nothing is lost for who reads at the level of debugging.
    assert_eq!(lines(&logs, "DEBUG").len(), 499);

    tokio::time::advance(PERIOD).await;
    ask(&app, "/kept", 3).await;
    let warnings = lines(&logs, "WARN");
    assert_eq!(warnings.len(), 2, "{warnings:#?}");
    assert!(warnings[1].ends_with(" suppressed=499"), "{}", warnings[1]);
    assert_eq!(lines(&logs, "DEBUG").len(), 501);

    tokio::time::advance(PERIOD).await;
    ask(&app, "/kept", 1).await;
    let warnings = lines(&logs, "WARN");
    assert_eq!(warnings.len(), 3, "{warnings:#?}");
    assert!(warnings[2].ends_with(" suppressed=2"), "{}", warnings[2]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_after_a_quiet_time_is_told_at_once() {
    let logs = Logs::capture();
    let health = Health::failing(ErrorKind::Overloaded);
    let app = app(health.model());
    ask(&app, "/chain", 1).await;
    health.be(None);
    tokio::time::advance(PERIOD).await;
    ask(&app, "/chain", 100).await;
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    health.be(Some(ErrorKind::Overloaded));
    ask(&app, "/chain", 1).await;
    let failures = lines(&logs, "WARN");
    assert_eq!(failures.len(), 2, "{failures:#?}");
    assert!(!failures[1].contains("suppressed"), "{failures:#?}");
}

#[tokio::test(start_paused = true)]
async fn another_kind_and_another_operation_are_told_at_once() {
    let logs = Logs::capture();
    let health = Health::failing(ErrorKind::Overloaded);
    let app = app(health.model());
    for (kind, path, level, known) in [
        (ErrorKind::Overloaded, "/kept", "WARN", 1),
        (ErrorKind::Unreachable, "/kept", "WARN", 2),
        (ErrorKind::Unreachable, "/chain", "WARN", 3),
        (ErrorKind::Unauthorized, "/chain", "ERROR", 1),
        // What a caller sends is told of no more often.
        (ErrorKind::InvalidInput, "/kept", "INFO", 1),
        // Known, all of them.
        (ErrorKind::Overloaded, "/kept", "WARN", 3),
        (ErrorKind::Unauthorized, "/chain", "ERROR", 1),
    ] {
        health.be(Some(kind));
        ask(&app, path, 3).await;
        let lines = lines(&logs, level);
        assert_eq!(lines.len(), known, "{kind} {path}: {lines:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_old_answer_in_place_of_a_failure_is_told_no_more_often() {
    let logs = Logs::capture();
    let health = Health::default();
    let app = app(health.model());
    ask(&app, "/kept", 20).await;
    // Past their time, within their window.
    tokio::time::advance(Duration::from_secs(61)).await;
    health.be(Some(ErrorKind::ServiceFailed));
    for number in 0..20 {
        let reply = post_text(&app, "/kept", &format!("{number}")).await;
        assert_eq!(reply.header("x-inference-source"), "stale");
    }
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    assert_eq!(lines(&logs, "DEBUG").len(), 19);
}

#[tokio::test(start_paused = true)]
async fn one_failure_that_many_share_counts_as_one() {
    let logs = Logs::capture();
    let app = app(Health::failing(ErrorKind::Overloaded).model());
    for round in ["first", "second"] {
        join_all((0..16).map(|_| post_text(&app, "/kept", round))).await;
    }
    assert_eq!(lines(&logs, "WARN").len(), 1, "{}", logs.text());
    assert_eq!(lines(&logs, "DEBUG").len(), 1, "{}", logs.text());
    tokio::time::advance(PERIOD).await;
    ask(&app, "/kept", 1).await;
    let failures = lines(&logs, "WARN");
    assert!(failures[1].ends_with(" suppressed=1"), "{failures:#?}");
}

#[infer(
    model = "org/moods",
    task = "text-classification",
    circuit_breaker(failures = 3, reset = "1s"),
    name = "telemetry::broken"
)]
async fn broken(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[tokio::test(start_paused = true)]
async fn probes_are_told_once_in_a_while_and_what_a_breaker_turned_away_is_not_counted() {
    let logs = Logs::capture();
    let inference = runtime(Health::failing(ErrorKind::Unreachable).model());
    let app = Router::new()
        .route("/broken", post(broken))
        .layer(inference.layer());
    ask(&app, "/broken", 50).await;
    // Three calls opened it, and each second there is a probe.
    for _ in 0..10 {
        tokio::time::advance(Duration::from_secs(1)).await;
        ask(&app, "/broken", 50).await;
    }
    let failures = lines(&logs, "WARN");
    assert_eq!(failures.len(), 2, "{failures:#?}");
    assert!(failures[1].ends_with(" suppressed=11"), "{failures:#?}");
    let opened = logs.text().matches("breaker.state=\"open\"").count();
    assert_eq!(opened, 1, "{}", logs.text());
}

#[tokio::test(start_paused = true)]
async fn each_runtime_tells_for_itself() {
    let logs = Logs::capture();
    for _ in 0..2 {
        let inference = runtime(Health::failing(ErrorKind::Overloaded).model());
        ask(&serve(&inference), "/kept", 2).await;
    }
    assert_eq!(lines(&logs, "WARN").len(), 2, "{}", logs.text());
}
