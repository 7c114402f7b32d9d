//! Streams without text fail before the handler starts, so that the chain and the fallback apply.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use http::StatusCode;
use inference_runtime::{
    Backend, InferenceError,
    backend::{Chunk, Request, Response, StreamingResponse},
};
use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream, finish_chunk, text_chunk},
};
use serde_json::json;

use super::{Events, app, app_for};

/// Bodies of complete streams without text.
fn bodies_without_text() -> Vec<(&'static str, String)> {
    let event = |delta, finish_reason: Option<&str>| {
        let choices = json!([{"index": 0, "delta": delta, "finish_reason": finish_reason}]);
        format!("data: {}\n\n", json!({"choices": choices}))
    };
    let role = event(json!({"role": "assistant", "content": ""}), None);
    let reasoning = event(json!({"reasoning_content": "Hm."}), None);
    let tool = json!([{"index": 0, "id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]);
    let done = "data: [DONE]\n\n";
    vec![
        ("only [DONE]", done.to_owned()),
        ("only a role", [&*role, done].concat()),
        ("only comments", format!(": ping\n\n: ping\n\n{done}")),
        (
            "only a finish reason",
            [&*role, &finish_chunk("stop")].concat(),
        ),
        (
            "only reasoning",
            [&*reasoning, &finish_chunk("stop")].concat(),
        ),
        (
            "only a tool call",
            [
                &*event(json!({"tool_calls": tool}), None),
                &finish_chunk("tool_calls"),
            ]
            .concat(),
        ),
        (
            "only usage",
            format!(
                "data: {}\n\n{done}",
                json!({"choices": [], "usage": {"prompt_tokens": 1}})
            ),
        ),
    ]
}

#[tokio::test]
async fn stream_without_text_fails_before_the_handler_starts() {
    for (name, body) in bodies_without_text() {
        let upstream = Upstream::always(Answer::events(body)).await;
        let reply = post_text(&app_for(&upstream), "/chat", "Hi").await;
        assert_eq!(
            (reply.status, reply.problem_kind().as_str()),
            (StatusCode::BAD_GATEWAY, "unexpected_output"),
            "{name}"
        );
        let events = Events::open(&app_for(&upstream), "/with-fallback").await;
        assert_eq!(events.headers["x-inference-source"], "fallback", "{name}");
    }
}

#[tokio::test]
async fn stream_without_text_continues_with_the_next_model() {
    for (name, body) in bodies_without_text() {
        let good = Answer::events([text_chunk("Lima"), finish_chunk("stop")].concat());
        let upstream = Upstream::scripted([Answer::events(body), good]).await;
        let events = Events::open(&app_for(&upstream), "/chain")
            .await
            .rest()
            .await;
        assert!(events.starts_with("data: Lima\n\n"), "{name}: {events}");
        assert_eq!(upstream.request_count(), 2, "{name}");
    }
}

/// A user-defined backend. The test supplies its first stream; the second has text.
struct CustomBackend {
    first: fn() -> BoxStream<'static, Result<Chunk, InferenceError>>,
    calls: AtomicUsize,
}

impl Backend for CustomBackend {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        async { Ok(Response::json(&json!(null))) }.boxed()
    }

    fn stream<'a>(
        &'a self,
        _: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        let chunks = match self.calls.fetch_add(1, Ordering::Relaxed) {
            0 => (self.first)(),
            _ => stream::iter([Ok(Chunk::text("Lima"))]).boxed(),
        };
        async { Ok(StreamingResponse::new(chunks)) }.boxed()
    }
}

/// A stream that panics when it is polled after its end, as `unfold` does.
fn unfold_chunks(
    unfold_chunks: &'static [&'static str],
) -> BoxStream<'static, Result<Chunk, InferenceError>> {
    stream::unfold(unfold_chunks, |rest| async move {
        let (first, rest) = rest.split_first()?;
        Some((Ok(Chunk::text(*first)), rest))
    })
    .boxed()
}

#[tokio::test]
async fn stream_of_a_custom_backend_is_not_polled_after_its_end() {
    type First = fn() -> BoxStream<'static, Result<Chunk, InferenceError>>;
    let custom_app = |first: First| {
        app(CustomBackend {
            first,
            calls: AtomicUsize::new(0),
        })
    };
    let without_text: [(&str, First); 3] = [
        ("unfold that ends immediately", || unfold_chunks(&[])),
        ("unfold of empty chunks", || unfold_chunks(&["", ""])),
        ("empty", || stream::empty().boxed()),
    ];
    for (name, first) in without_text {
        let reply = post_text(&custom_app(first), "/chat", "Hi").await;
        assert_eq!(reply.problem_kind(), "unexpected_output", "{name}");
        let events = Events::open(&custom_app(first), "/chain")
            .await
            .rest()
            .await;
        assert!(events.starts_with("data: Lima\n\n"), "{name}: {events}");
        let events = Events::open(&custom_app(first), "/with-fallback").await;
        assert_eq!(events.headers["x-inference-source"], "fallback", "{name}");
    }
    let events = Events::open(
        &custom_app(|| unfold_chunks(&["", "Li", "", "ma"])),
        "/chat",
    )
    .await;
    let events = events.rest().await;
    assert!(
        events.starts_with("data: Li\n\ndata: ma\n\nevent: done\n"),
        "{events}"
    );
}
