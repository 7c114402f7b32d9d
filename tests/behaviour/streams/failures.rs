//! Streams that fail before and after their first chunk.

use http::StatusCode;
use inference_tests::{
    client::post_text,
    logs::Logs,
    upstream::{Answer, Upstream, finish_chunk, text_chunk},
};
use serde_json::{Value, json};

use super::{Events, app_for};

const SECRET_MESSAGE: &str = "CUDA out of memory on node 7";

/// Returns the problem document of the last event.
fn problem(events: &str) -> Value {
    let (_, data) = events
        .split_once("event: error\ndata: ")
        .unwrap_or_else(|| panic!("there is no error event: {events}"));
    serde_json::from_str(data).expect("the data should be a problem document")
}

#[tokio::test]
async fn error_after_the_first_chunk_is_the_last_event() {
    for (name, event, kind) in [
        (
            "TGI",
            json!({"error": SECRET_MESSAGE, "error_type": "generation"}),
            "service_failed",
        ),
        (
            "TGI, overloaded",
            json!({"error": SECRET_MESSAGE, "error_type": "overloaded"}),
            "overloaded",
        ),
        (
            "TGI chat",
            json!({"error": {"message": SECRET_MESSAGE, "http_status_code": 422}}),
            "invalid_input",
        ),
        (
            "OpenAI",
            json!({"error": {"message": SECRET_MESSAGE, "type": "server_error"}}),
            "service_failed",
        ),
        (
            "a status in the event",
            json!({"error": {"message": SECRET_MESSAGE, "code": 429}}),
            "rate_limited",
        ),
    ] {
        let logs = Logs::capture();
        let body = format!("{}data: {event}\n\ndata: [DONE]\n\n", text_chunk("Li"));
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
        assert!(failures[0].contains(SECRET_MESSAGE), "{name}: {failures:?}");
    }
}

#[tokio::test]
async fn truncated_stream_ends_with_an_error_event() {
    for (name, answer) in [
        ("the body ends", Answer::events(text_chunk("Li"))),
        (
            "the body ends within an event",
            Answer::events(format!("{}data: {{\"cho", text_chunk("Li"))),
        ),
        (
            "the connection is closed",
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
async fn truncation_after_the_finish_reason_is_not_an_error() {
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
async fn failure_before_the_first_chunk_is_an_ordinary_error_response() {
    for (name, answer, status, kind) in [
        (
            "an error status",
            Answer::status(503).body(
                "application/json",
                json!({"error": SECRET_MESSAGE}).to_string(),
            ),
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
        ),
        (
            "an error with status 200",
            Answer::json(&json!({"error": SECRET_MESSAGE})),
            StatusCode::BAD_GATEWAY,
            "service_failed",
        ),
        (
            "JSON instead of a stream",
            Answer::json(&json!({"choices": []})),
            StatusCode::BAD_GATEWAY,
            "malformed_output",
        ),
        (
            "HTML",
            Answer::html(200, "<title>Sign in</title>"),
            StatusCode::BAD_GATEWAY,
            "malformed_output",
        ),
        (
            "an error as the first event",
            Answer::events(format!(
                "data: {}\n\n",
                json!({"error": SECRET_MESSAGE, "error_type": "overloaded"})
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
            "an event that is not JSON",
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
async fn next_model_is_called_only_before_the_first_chunk() {
    let good = || Answer::events([text_chunk("Lima"), finish_chunk("stop")].concat());
    let upstream = Upstream::scripted([Answer::text(503, "down"), good()]).await;
    let events = Events::open(&app_for(&upstream), "/chain")
        .await
        .rest()
        .await;
    assert!(events.contains("data: Lima"), "{events}");
    assert!(events.contains("\"model\":\"org/second\""), "{events}");
    let models: Vec<_> = upstream
        .requests()
        .iter()
        .map(|request| request.json()["model"].clone())
        .collect();
    assert_eq!(models, ["org/model", "org/second"]);

    let upstream = Upstream::scripted([Answer::events(text_chunk("Li")), good()]).await;
    let events = Events::open(&app_for(&upstream), "/chain")
        .await
        .rest()
        .await;
    assert!(events.starts_with("data: Li\n\nevent: error\n"), "{events}");
    assert_eq!(upstream.request_count(), 1);
}

#[tokio::test]
async fn fallback_is_a_stream_of_one_chunk() {
    let upstream = Upstream::always(Answer::text(500, "down")).await;
    let events = Events::open(&app_for(&upstream), "/with-fallback").await;
    assert_eq!(events.headers["x-inference-source"], "fallback");
    assert_eq!(
        events.rest().await,
        "data: Ask me\ndata: later.\n\nevent: done\ndata: {\"finish_reason\":null,\"usage\":null,\"model\":null}\n\n"
    );
}

#[tokio::test]
async fn endless_event_is_rejected_at_the_size_limit() {
    let endless = Answer::status(200)
        .body("text/event-stream", "data: x".repeat(1_000))
        .endless();
    let upstream = Upstream::always(endless).await;
    let reply = post_text(&app_for(&upstream), "/chat", "Hi").await;
    assert_eq!(reply.problem_kind(), "output_too_large");
}
