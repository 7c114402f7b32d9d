//! How long a stream is waited for.

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

/// Says something now and then.
struct Slow(Vec<(u64, &'static str)>);

impl Backend for Slow {
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
        let pieces = stream::iter(self.0.clone()).then(async |(wait, text)| {
            tokio::time::sleep(Duration::from_secs(wait)).await;
            Ok(Chunk::text(text))
        });
        future::ready(Ok(StreamingResponse::new(pieces.boxed()))).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_for_the_first_piece_and_then_for_each_gap() {
    // Ten seconds is the limit where nobody says another.
    let app = app(Slow(vec![(9, "a"), (9, "b"), (9, "c"), (11, "d")]));
    let events = Events::open(&app, "/chat").await.rest().await;
    assert!(
        events.starts_with("data: a\n\ndata: b\n\ndata: c\n\nevent: error\n"),
        "{events}"
    );
    assert!(events.contains("\"kind\":\"timeout\""), "{events}");
}

#[tokio::test(start_paused = true)]
async fn a_first_piece_that_comes_too_late_is_a_timeout() {
    let app = app(Slow(vec![(11, "a")]));
    let reply = post_text(&app, "/chat", "Hi").await;
    assert_eq!(
        (reply.status, reply.problem_kind().as_str()),
        (StatusCode::GATEWAY_TIMEOUT, "timeout")
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_open_while_the_model_is_silent() {
    let app = app(Slow(vec![(0, "a"), (40, "b")]));
    let mut events = Events::open(&app, "/long").await;
    assert_eq!(events.next().await.as_deref(), Some("data: a\n\n"));
    assert_eq!(events.next().await.as_deref(), Some(":\n\n"));
    assert_eq!(events.next().await.as_deref(), Some(":\n\n"));
    assert_eq!(events.next().await.as_deref(), Some("data: b\n\n"));
}

#[tokio::test]
async fn a_service_that_hangs_is_given_up() {
    let silent = Upstream::always(Answer::hang()).await;
    let reply = post_text(&app_for(&silent), "/short", "Hi").await;
    assert_eq!(reply.problem_kind(), "timeout");
    silent.wait_for_disconnects(1).await;

    let (live, answer) = Answer::live();
    let upstream = Upstream::always(answer).await;
    let app = app_for(&upstream);
    let (events, ()) =
        future::join(Events::open(&app, "/short"), live.send(text_chunk("Li"))).await;
    let events = events.rest().await;
    assert!(events.contains("\"kind\":\"timeout\""), "{events}");
    live.wait_for_disconnect().await;
}
