//! Timeouts of streams.

use std::time::Duration;

use futures_util::{
    FutureExt, StreamExt,
    future::{self, BoxFuture},
    stream,
};
use http::StatusCode;
use inference_runtime::{
    Backend, ErrorKind, InferenceError,
    backend::{Chunk, Request, Response, StreamingResponse},
};
use inference_tests::{
    client::post_text,
    upstream::{Answer, Upstream, text_chunk},
};

use super::{Events, app, app_for};

/// A backend that yields each chunk after a delay in seconds.
struct SlowBackend(Vec<(u64, &'static str)>);

impl Backend for SlowBackend {
    fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        future::ready(Err(InferenceError::new(
            ErrorKind::Unsupported,
            "streams only",
        )))
        .boxed()
    }

    fn stream<'a>(
        &'a self,
        _: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        let chunks = stream::iter(self.0.clone()).then(async |(wait, text)| {
            tokio::time::sleep(Duration::from_secs(wait)).await;
            Ok(Chunk::text(text))
        });
        future::ready(Ok(StreamingResponse::new(chunks.boxed()))).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn timeout_applies_to_the_first_chunk_and_to_each_gap() {
    // Ten seconds is the default timeout.
    let app = app(SlowBackend(vec![(9, "a"), (9, "b"), (9, "c"), (11, "d")]));
    let events = Events::open(&app, "/chat").await.rest().await;
    assert!(
        events.starts_with("data: a\n\ndata: b\n\ndata: c\n\nevent: error\n"),
        "{events}"
    );
    assert!(events.contains("\"kind\":\"timeout\""), "{events}");
}

#[tokio::test(start_paused = true)]
async fn late_first_chunk_is_a_timeout() {
    let app = app(SlowBackend(vec![(11, "a")]));
    let reply = post_text(&app, "/chat", "Hi").await;
    assert_eq!(
        (reply.status, reply.problem_kind().as_str()),
        (StatusCode::GATEWAY_TIMEOUT, "timeout")
    );
}

#[tokio::test(start_paused = true)]
async fn keep_alive_comments_are_sent_while_the_model_is_idle() {
    let app = app(SlowBackend(vec![(0, "a"), (40, "b")]));
    let mut events = Events::open(&app, "/long").await;
    assert_eq!(events.next().await.as_deref(), Some("data: a\n\n"));
    assert_eq!(events.next().await.as_deref(), Some(":\n\n"));
    assert_eq!(events.next().await.as_deref(), Some(":\n\n"));
    assert_eq!(events.next().await.as_deref(), Some("data: b\n\n"));
}

#[tokio::test]
async fn hanging_service_times_out_and_is_disconnected() {
    let hanging = Upstream::always(Answer::hang()).await;
    let reply = post_text(&app_for(&hanging), "/short", "Hi").await;
    assert_eq!(reply.problem_kind(), "timeout");
    hanging.wait_for_disconnects(1).await;

    let (live, answer) = Answer::live();
    let upstream = Upstream::always(answer).await;
    let app = app_for(&upstream);
    let (events, ()) =
        future::join(Events::open(&app, "/short"), live.send(text_chunk("Li"))).await;
    let events = events.rest().await;
    assert!(events.contains("\"kind\":\"timeout\""), "{events}");
    live.wait_for_disconnect().await;
}
