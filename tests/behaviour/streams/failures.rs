//! Streams that fail: before their first piece and after it.

use http::StatusCode;
use inference_tests::{
    client::post_text,
    logs::Logs,
    upstream::{Answer, Upstream, finish_chunk, text_chunk},
};
use serde_json::{Value, json};

use super::{Events, app_for};

const SECRET_WORDS: &str = "CUDA out of memory on node 7";

/// The problem document in the last event.
fn problem(events: &str) -> Value {
    let (_, data) = events
        .split_once("event: error\ndata: ")
        .unwrap_or_else(|| panic!("no error: {events}"));
    serde_json::from_str(data).expect("a problem document")
}

#[tokio::test]
async fn an_error_among_the_pieces_is_the_last_event() {
    for (name, frame, kind) in [
        (
            "TGI",
            json!({"error": SECRET_WORDS, "error_type": "generation"}),
            "service_failed",
        ),
        (
            "TGI, overloaded",
            json!({"error": SECRET_WORDS, "error_type": "overloaded"}),
            "overloaded",
        ),
        (
            "TGI's chat",
            json!({"error": {"message": SECRET_WORDS, "http_status_code": 422}}),
            "invalid_input",
        ),
        (
            "OpenAI",
            json!({"error": {"message": SECRET_WORDS, "type": "server_error"}}),
            "service_failed",
        ),
        (
            "a status inside",
            json!({"error": {"message": SECRET_WORDS, "code": 429}}),
            "rate_limited",
        ),
    ] {
        let logs = Logs::capture();
        let body = format!("{}data: {frame}\n\ndata: [DONE]\n\n", text_chunk("Li"));
        let upstream = Upstream::always(Answer::events(body)).await;
        let events = Events::open(&app_for(&upstream), "/chat").await;
        assert_eq!(events.status, StatusCode::OK, "{name}");
        let events = events.rest().await;
        assert!(
            events.starts_with("data: Li\n\nevent: error\n"),
            "{name}: {events}"
        );
        assert_eq!(problem(&events)["kind"], kind, "{name}");
        assert!(!events.contains("CUDA"), "{name}: {events}");
        let failures = logs.failures();
        assert_eq!(failures.len(), 1, "{name}: {failures:?}");
        assert!(failures[0].contains(SECRET_WORDS), "{name}: {failures:?}");
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_says_so() {
    for (name, answer) in [
        ("the body ends", Answer::events(text_chunk("Li"))),
        (
            "in the middle of an event",
            Answer::events(format!("{}data: {{\"cho", text_chunk("Li"))),
        ),
        (
            "the connection ends",
            Answer::events(text_chunk("Li")).truncated(),
        ),
        (
            "the connection is reset",
            Answer::events(text_chunk("Li")).truncated_by_reset(),
        ),
    ] {
        let upstream = Upstream::always(answer).await;
        let events = Events::open(&app_for(&upstream), "/chat")
            .await
            .rest()
            .await;
        assert_eq!(
            problem(&events)["kind"],
            "malformed_output",
            "{name}: {events}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_breaks_behind_the_last_piece_takes_nothing_away() {
    let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let body = [text_chunk("Lima").as_str(), end].concat();
    let upstream = Upstream::always(Answer::events(body).truncated()).await;
    let events = Events::open(&app_for(&upstream), "/chat")
        .await
        .rest()
        .await;
    assert!(
        events.starts_with("data: Lima\n\nevent: done\n"),
        "{events}"
    );
}

#[tokio::test]
async fn a_failure_before_the_first_piece_is_an_ordinary_answer() {
    for (name, answer, status, kind) in [
        (
            "a status",
            Answer::status(503).body(
                "application/json",
                json!({"error": SECRET_WORDS}).to_string(),
            ),
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
        ),
        (
            "an error under a 200",
            Answer::json(&json!({"error": SECRET_WORDS})),
            StatusCode::BAD_GATEWAY,
            "service_failed",
        ),
        (
            "an answer that is no stream",
            Answer::json(&json!({"choices": []})),
            StatusCode::BAD_GATEWAY,
            "malformed_output",
        ),
        (
            "a page",
            Answer::html(200, "<title>Sign in</title>"),
            StatusCode::BAD_GATEWAY,
            "malformed_output",
        ),
        (
            "a first frame that is an error",
            Answer::events(format!(
                "data: {}\n\n",
                json!({"error": SECRET_WORDS, "error_type": "overloaded"})
            )),
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
        ),
        (
            "an empty stream",
            Answer::events(""),
            StatusCode::BAD_GATEWAY,
            "malformed_output",
        ),
        (
            "rubbish",
            Answer::events("data: <html>\n\n"),
            StatusCode::BAD_GATEWAY,
            "malformed_output",
        ),
    ] {
        let upstream = Upstream::always(answer).await;
        let reply = post_text(&app_for(&upstream), "/chat", "Hi").await;
        assert_eq!(
            (reply.status, reply.problem_kind().as_str()),
            (status, kind),
            "{name}"
        );
        assert!(!reply.text().contains("CUDA"), "{name}");
        assert_eq!(reply.header("x-inference-source"), "error", "{name}");
    }
}

#[tokio::test]
async fn the_next_model_is_asked_until_the_first_piece_and_not_after_it() {
    let good = || Answer::events([text_chunk("Lima"), finish_chunk("stop")].concat());
    let upstream = Upstream::scripted([Answer::text(503, "down"), good()]).await;
    let events = Events::open(&app_for(&upstream), "/chain")
        .await
        .rest()
        .await;
    assert!(events.contains("data: Lima"), "{events}");
    assert!(events.contains("\"model\":\"org/second\""), "{events}");
    let asked: Vec<_> = upstream
        .requests()
        .iter()
        .map(|asked| asked.json()["model"].clone())
        .collect();
    assert_eq!(asked, ["org/model", "org/second"]);

    let upstream = Upstream::scripted([Answer::events(text_chunk("Li")), good()]).await;
    let events = Events::open(&app_for(&upstream), "/chain")
        .await
        .rest()
        .await;
    assert!(events.starts_with("data: Li\n\nevent: error\n"), "{events}");
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn the_fallback_is_a_stream_of_one_piece() {
    let upstream = Upstream::always(Answer::text(500, "down")).await;
    let events = Events::open(&app_for(&upstream), "/with-fallback").await;
    assert_eq!(events.headers["x-inference-source"], "fallback");
    assert_eq!(
        events.rest().await,
        "data: Ask me\ndata: later.\n\nevent: done\ndata: {\"finish_reason\":null,\"usage\":null,\"model\":null}\n\n"
    );
}

#[tokio::test]
async fn an_event_without_end_is_not_read_to_the_end() {
    let endless = Answer::status(200)
        .body("text/event-stream", "data: x".repeat(1_000))
        .endless();
    let upstream = Upstream::always(endless).await;
    let reply = post_text(&app_for(&upstream), "/chat", "Hi").await;
    assert_eq!(reply.problem_kind(), "output_too_large");
}
