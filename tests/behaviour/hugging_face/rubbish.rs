//! A service that breaks the rules: the right kind, the fallback where there is one, and nothing kept.

use std::time::Duration;

use axum::{Router, routing::post};
use inference_runtime::prelude::*;
use inference_tests::{
    client::{Reply, post_text},
    logs::Logs,
    upstream::{Answer, Upstream},
};

use super::{app, at, positive};

const MEGABYTE: usize = 1 << 20;

fn json(body: impl Into<bytes::Bytes>) -> Answer {
    Answer::status(200).body("application/json", body)
}

/// Rubbish that is sent at once, and its kind where no more than a megabyte is read.
fn rubbish() -> Vec<(&'static str, Answer, ErrorKind)> {
    use ErrorKind::*;
    let labels = r#"[[{"label":"POSITIVE","score":0.9}]]"#;
    vec![
        (
            "a page",
            Answer::html(200, "<html><title>Welcome</title></html>"),
            MalformedOutput,
        ),
        (
            "a page under another name",
            json("<html></html>"),
            MalformedOutput,
        ),
        ("nothing", json(""), MalformedOutput),
        ("no content", Answer::status(204), MalformedOutput),
        ("half of it", json(&labels[..20]), MalformedOutput),
        ("truncated", json(labels).truncated(), MalformedOutput),
        (
            "cut by a reset",
            json(labels).truncated_by_reset(),
            MalformedOutput,
        ),
        (
            "not UTF-8",
            json(&b"[[{\"label\":\"\xff\xfe\",\"score\":1}]]"[..]),
            MalformedOutput,
        ),
        (
            "another shape",
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
            "without an end",
            json("[".repeat(10_000)).endless(),
            OutputTooLarge,
        ),
        ("closed", Answer::close(), Unreachable),
        ("reset", Answer::reset(), Unreachable),
    ]
}

#[tokio::test]
async fn rubbish_has_its_kind_and_one_short_line_in_the_log() {
    for (name, answer, kind) in rubbish() {
        let logs = Logs::capture();
        let upstream = Upstream::always(answer).await;
        let app = app(at(&upstream).max_response_bytes(MEGABYTE));
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
        // Where the service lives is nothing to clients.
        assert!(!reply.text().contains("127.0.0.1"), "{name}");
    }
}

#[tokio::test]
async fn rubbish_is_answered_by_the_fallback_and_never_kept() {
    for (name, answer, _) in rubbish() {
        let upstream = Upstream::scripted([answer, positive()]).await;
        let app = app(at(&upstream).max_response_bytes(MEGABYTE));
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
async fn ten_megabytes_are_read_where_they_are_allowed() {
    let body = format!(
        "[[{{\"label\":\"{}\",\"score\":1}}]]",
        "x".repeat(10 * MEGABYTE)
    );
    let upstream = Upstream::always(json(body)).await;
    let reply = post_text(&app(at(&upstream)), "/plain", "fine").await;
    assert_eq!(reply.body.len(), 10 * MEGABYTE);

    let upstream = Upstream::always(json(format!("\"{}\"", "x".repeat(10 * MEGABYTE)))).await;
    let logs = Logs::capture();
    let reply = post_text(&app(at(&upstream)), "/plain", "fine").await;
    assert_eq!(reply.problem_kind(), "unexpected_output");
    assert!(logs.text().len() < 20_000, "{} bytes", logs.text().len());
}

#[tokio::test]
async fn an_error_without_an_end_is_an_error_all_the_same() {
    for answer in [
        Answer::text(500, "it is broken ").endless(),
        Answer::text(500, "it is broken").truncated(),
        Answer::text(500, "it is broken").stalled(),
    ] {
        let upstream = Upstream::always(answer).await;
        let said = post_text(&app(at(&upstream)), "/observed", "fine")
            .await
            .json();
        assert_eq!(said["kind"], "service_failed");
        let words = said["upstream"].as_str().expect("words");
        assert!(words.starts_with("it is broken"), "{words}");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let upstream = Upstream::always(positive()).await;
    let gone = at(&upstream);
    drop(upstream);
    let reply = post_text(&app(gone), "/plain", "fine").await;
    assert_eq!(
        (reply.status.as_u16(), reply.problem_kind()),
        (503, "unreachable".to_owned())
    );
    assert_eq!(reply.header("retry-after"), "1");
}

#[infer(model = "org/model", task = "text-classification", timeout = "200ms")]
async fn hasty(text: String, #[prediction] label: Label) -> Result<String, InferenceError> {
    Ok(label.label)
}

#[infer(
    model = "org/model",
    task = "text-classification",
    timeout = "200ms",
    cache = "1m",
    fallback = Label::new("FALLBACK", 0.0),
)]
async fn hasty_and_cached(text: String, #[prediction] label: Label) -> String {
    label.label
}

async fn ask_hastily(upstream: &Upstream, path: &str) -> Reply {
    let inference = Inference::builder()
        .backend("hf", at(upstream).build().expect("a backend"))
        .build()
        .expect("a runtime");
    let app = Router::new()
        .route("/hasty", post(hasty))
        .route("/cached", post(hasty_and_cached))
        .layer(inference.layer());
    post_text(&app, path, "fine").await
}

#[tokio::test]
async fn who_is_too_slow_is_left_waiting() {
    let late = || {
        [
            ("hung", Answer::hang()),
            ("slow", positive().after(Duration::from_secs(60))),
            ("stalled", json("[[").stalled()),
        ]
    };
    for (name, answer) in late() {
        let upstream = Upstream::always(answer).await;
        let reply = ask_hastily(&upstream, "/hasty").await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem_kind()),
            (504, "timeout".to_owned()),
            "{name}"
        );
    }
    for (name, answer) in late() {
        let upstream = Upstream::always(answer).await;
        assert_eq!(
            ask_hastily(&upstream, "/cached").await.text(),
            "FALLBACK",
            "{name}"
        );
        assert_eq!(upstream.request_count(), 1, "{name}");
    }
}

#[tokio::test]
async fn who_gives_up_hangs_up() {
    for path in ["/hasty", "/cached"] {
        let upstream = Upstream::always(Answer::hang()).await;
        ask_hastily(&upstream, path).await;
        upstream.wait_for_disconnects(1).await;
    }
}
