//! Nothing is read ahead: what a slow reader does not take stays where it is.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{
    FutureExt, StreamExt,
    future::{self, BoxFuture},
    stream,
};
use inference_runtime::{
    Backend, ErrorKind, InferenceError,
    backend::{Chunk, Request, Response, StreamingResponse},
};

use super::{Events, app};

const TOKENS: usize = 10_000;

/// Writes as fast as it is read, and counts.
struct Writer(Arc<AtomicUsize>);

impl Backend for Writer {
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
        let written = Arc::clone(&self.0);
        let pieces = stream::iter(0..TOKENS).map(move |token| {
            written.fetch_add(1, Ordering::SeqCst);
            Ok(Chunk::text(format!("{token} ")))
        });
        future::ready(Ok(StreamingResponse::new(pieces.boxed()))).boxed()
    }
}

#[tokio::test]
async fn ten_thousand_tokens_are_never_more_than_one_ahead_of_the_reader() {
    let written = Arc::new(AtomicUsize::new(0));
    let mut events = Events::open(&app(Writer(Arc::clone(&written))), "/chat").await;
    for read in 1..=TOKENS {
        let event = events.next().await.expect("a token");
        assert_eq!(event, format!("data: {} \n\n", read - 1));
        assert!(
            written.load(Ordering::SeqCst) <= read + 1,
            "at token {read}"
        );
    }
    assert!(
        events
            .next()
            .await
            .expect("the end")
            .starts_with("event: done\n")
    );
    assert_eq!(events.next().await, None);
}
