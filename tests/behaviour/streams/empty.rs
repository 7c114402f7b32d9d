//! Streams that end without any text: a failure before the handler begins, so that the chain and the fallback act.

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

/// Bodies that are complete streams and hold no text.
fn bodies() -> Vec<(&'static str, String)> {
    let frame = |delta, finish_reason: Option<&str>| {
        let choices = json!([{"index": 0, "delta": delta, "finish_reason": finish_reason}]);
        format!("data: {}\n\n", json!({"choices": choices}))
    };
    let role = frame(json!({"role": "assistant", "content": ""}), None);
    let thought = frame(json!({"reasoning_content": "Hm."}), None);
    let tool = json!([{"index": 0, "id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]);
    let done = "data: [DONE]\n\n";
    vec![
        ("done alone", done.to_owned()),
        ("a role", [&*role, done].concat()),
        ("comments", format!(": ping\n\n: ping\n\n{done}")),
        ("a finish reason", [&*role, &finish_chunk("stop")].concat()),
        ("a thought", [&*thought, &finish_chunk("stop")].concat()),
        (
            "a tool call",
            [
                &*frame(json!({"tool_calls": tool}), None),
                &finish_chunk("tool_calls"),
            ]
            .concat(),
        ),
        (
            "usage",
            format!(
                "data: {}\n\n{done}",
                json!({"choices": [], "usage": {"prompt_tokens": 1}})
            ),
        ),
    ]
}

#[tokio::test]
async fn a_stream_without_text_fails_before_the_handler_begins() {
    for (name, body) in bodies() {
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
async fn a_stream_without_text_moves_the_chain_on() {
    for (name, body) in bodies() {
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

/// A backend of a user's own. Its first stream is made by the test, its second has text.
struct Own {
    first: fn() -> BoxStream<'static, Result<Chunk, InferenceError>>,
    calls: AtomicUsize,
}

impl Backend for Own {
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

/// Panics when it is polled after its end, as `unfold` does.
fn pieces(pieces: &'static [&'static str]) -> BoxStream<'static, Result<Chunk, InferenceError>> {
    stream::unfold(pieces, |left| async move {
        let (first, left) = left.split_first()?;
        Some((Ok(Chunk::text(*first)), left))
    })
    .boxed()
}

#[tokio::test]
async fn an_unfused_stream_of_a_users_backend_is_never_polled_after_its_end() {
    type First = fn() -> BoxStream<'static, Result<Chunk, InferenceError>>;
    let own = |first: First| {
        app(Own {
            first,
            calls: AtomicUsize::new(0),
        })
    };
    let without_text: [(&str, First); 3] = [
        ("unfold that ends at once", || pieces(&[])),
        ("unfold of empty pieces", || pieces(&["", ""])),
        ("empty", || stream::empty().boxed()),
    ];
    for (name, first) in without_text {
        let reply = post_text(&own(first), "/chat", "Hi").await;
        assert_eq!(reply.problem_kind(), "unexpected_output", "{name}");
        let events = Events::open(&own(first), "/chain").await.rest().await;
        assert!(events.starts_with("data: Lima\n\n"), "{name}: {events}");
        let events = Events::open(&own(first), "/with-fallback").await;
        assert_eq!(events.headers["x-inference-source"], "fallback", "{name}");
    }
    let events = Events::open(&own(|| pieces(&["", "Li", "", "ma"])), "/chat").await;
    let events = events.rest().await;
    assert!(
        events.starts_with("data: Li\n\ndata: ma\n\nevent: done\n"),
        "{events}"
    );
}
