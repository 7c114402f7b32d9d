//! Malformed responses: the error kind, the fallback, and no cache entry.

use std::time::Duration;

use axum::{Router, routing::post};
use inference_runtime::prelude::*;
use inference_tests::{
    client::{Reply, post_text},
    logs::Logs,
    upstream::{Answer, Upstream},
};

use super::{app, builder_for, positive};

const MEGABYTE: usize = 1 << 20;

fn json(body: impl Into<bytes::Bytes>) -> Answer {
    Answer::status(200).body("application/json", body)
}

/// Malformed responses that are sent immediately, and their error kinds with a limit of one megabyte.
fn malformed_answers() -> Vec<(&'static str, Answer, ErrorKind)> {
    use ErrorKind::*;
    let labels = r#"[[{"label":"POSITIVE","score":0.9}]]"#;
    vec![
        (
            "HTML",
            Answer::html(200, "<html><title>Welcome</title></html>"),
            MalformedOutput,
        ),
        (
            "HTML with the media type of JSON",
            json("<html></html>"),
            MalformedOutput,
        ),
        ("empty body", json(""), MalformedOutput),
        ("no content", Answer::status(204), MalformedOutput),
        ("half of the JSON", json(&labels[..20]), MalformedOutput),
        ("truncated", json(labels).truncated(), MalformedOutput),
        (
            "truncated by a reset",
            json(labels).truncated_by_reset(),
            MalformedOutput,
        ),
        (
            "not UTF-8",
            json(&b"[[{\"label\":\"\xff\xfe\",\"score\":1}]]"[..]),
            MalformedOutput,
        ),
        (
            "another structure",
            json(r#"{"generated_text":"x"}"#),
            UnexpectedOutput,
        ),
        ("null", json("null"), UnexpectedOutput),
        ("no labels", json("[[]]"), UnexpectedOutput),
        (
            "no score",
            json(r#"[[{"label":"POSITIVE"}]]"#),
            UnexpectedOutput,
        ),
        ("deep nesting", json("[".repeat(100_000)), MalformedOutput),
        ("10 MB", json("x".repeat(10 * MEGABYTE)), OutputTooLarge),
        (
            "endless body",
            json("[".repeat(10_000)).endless(),
            OutputTooLarge,
        ),
        ("closed connection", Answer::close(), Unreachable),
        ("reset connection", Answer::reset(), Unreachable),
    ]
}

#[tokio::test]
async fn malformed_answer_has_its_kind_and_one_short_log_line() {
    for (name, answer, kind) in malformed_answers() {
        let logs = Logs::capture();
        let upstream = Upstream::always(answer).await;
        let app = app(builder_for(&upstream).max_response_bytes(MEGABYTE));
        let reply = post_text(&app, "/plain", "fine").await;
        assert_eq!(
            reply.problem_kind(),
            kind.as_str(),
            "{name}: {}",
            logs.text()
        );
        assert_eq!(reply.status, kind.status(), "{name}");
        assert_eq!(upstream.request_count(), 1, "{name}");
        let failures = logs.failures();
        assert_eq!(failures.len(), 1, "{name}: {failures:#?}");
        assert!(
            failures[0].len() < 3_000,
            "{name}: {} bytes",
            failures[0].len()
        );
        // The address of the service must not reach clients.
        assert!(!reply.text().contains("127.0.0.1"), "{name}");
    }
}

#[tokio::test]
async fn malformed_answer_uses_the_fallback_and_is_not_cached() {
    for (name, answer, _) in malformed_answers() {
        let upstream = Upstream::scripted([answer, positive()]).await;
        let app = app(builder_for(&upstream).max_response_bytes(MEGABYTE));
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(post_text(&app, "/cached", "fine").await.text().to_owned());
        }
        assert_eq!(
            answers,
            ["FALLBACK fallback", "POSITIVE model", "POSITIVE cache"],
            "{name}"
        );
        assert_eq!(upstream.request_count(), 2, "{name}");
    }
}

#[tokio::test]
async fn ten_megabytes_are_read_with_the_default_limit() {
    let body = format!(
        "[[{{\"label\":\"{}\",\"score\":1}}]]",
        "x".repeat(10 * MEGABYTE)
    );
    let upstream = Upstream::always(json(body)).await;
    let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
    assert_eq!(reply.body.len(), 10 * MEGABYTE);

    let upstream = Upstream::always(json(format!("\"{}\"", "x".repeat(10 * MEGABYTE)))).await;
    let logs = Logs::capture();
    let reply = post_text(&app(builder_for(&upstream)), "/plain", "fine").await;
    assert_eq!(reply.problem_kind(), "unexpected_output");
    assert!(logs.text().len() < 20_000, "{} bytes", logs.text().len());
}

#[tokio::test]
async fn incomplete_error_body_still_gives_the_error() {
    for answer in [
        Answer::text(500, "it is broken ").endless(),
        Answer::text(500, "it is broken").truncated(),
        Answer::text(500, "it is broken").stalled(),
    ] {
        let upstream = Upstream::always(answer).await;
        let error = post_text(&app(builder_for(&upstream)), "/observed", "fine")
            .await
            .json();
        assert_eq!(error["kind"], "service_failed");
        let message = error["upstream"]
            .as_str()
            .expect("there should be a message");
        assert!(message.starts_with("it is broken"), "{message}");
    }
}

#[tokio::test]
async fn refused_connection_is_unreachable() {
    let upstream = Upstream::always(positive()).await;
    let backend = builder_for(&upstream);
    drop(upstream);
    let reply = post_text(&app(backend), "/plain", "fine").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem_kind()),
        (503, "unreachable".to_owned())
    );
    assert_eq!(reply.header("retry-after"), "1");
}

#[infer(model = "org/model", task = "text-classification", timeout = "200ms")]
async fn short_timeout(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "200ms",
    cache = "1m",
    fallback = Label::new("FALLBACK", 0.0),
)]
async fn short_timeout_and_cached(text: String, #[prediction] label: Label) -> String {
    label.label
}

async fn request_with_short_timeout(upstream: &Upstream, path: &str) -> Reply {
    let inference = Inference::builder()
        .backend(
            "hf",
            builder_for(upstream)
                .build()
                .expect("the backend should build"),
        )
        .build()
        .expect("the runtime should build");
    let app = Router::new()
        .route("/short-timeout", post(short_timeout))
        .route("/cached", post(short_timeout_and_cached))
        .layer(inference.layer());
    post_text(&app, path, "fine").await
}

#[tokio::test]
async fn slow_service_times_out() {
    let slow_answers = || {
        [
            ("hanging", Answer::hang()),
            ("slow", positive().after(Duration::from_secs(60))),
            ("stalled", json("[[").stalled()),
        ]
    };
    for (name, answer) in slow_answers() {
        let upstream = Upstream::always(answer).await;
        let reply = request_with_short_timeout(&upstream, "/short-timeout").await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem_kind()),
            (504, "timeout".to_owned()),
            "{name}"
        );
    }
    for (name, answer) in slow_answers() {
        let upstream = Upstream::always(answer).await;
        assert_eq!(
            request_with_short_timeout(&upstream, "/cached")
                .await
                .text(),
            "FALLBACK",
            "{name}"
        );
        assert_eq!(upstream.request_count(), 1, "{name}");
    }
}

#[tokio::test]
async fn timeout_closes_the_connection() {
    for path in ["/short-timeout", "/cached"] {
        let upstream = Upstream::always(Answer::hang()).await;
        request_with_short_timeout(&upstream, path).await;
        upstream.wait_for_disconnects(1).await;
    }
}
