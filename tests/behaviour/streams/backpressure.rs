//! Backpressure: chunks are read from the backend only as fast as the client reads.

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

/// A backend that counts the chunks it yields.
struct CountingBackend(Arc<AtomicUsize>);

impl Backend for CountingBackend {
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
        let yielded = Arc::clone(&self.0);
        let chunks = stream::iter(0..TOKENS).map(move |token| {
            yielded.fetch_add(1, Ordering::SeqCst);
            Ok(Chunk::text(format!("{token} ")))
        });
        future::ready(Ok(StreamingResponse::new(chunks.boxed()))).boxed()
    }
}

#[tokio::test]
async fn backend_is_at_most_one_chunk_ahead_of_the_reader() {
    let yielded = Arc::new(AtomicUsize::new(0));
    let mut events = Events::open(&app(CountingBackend(Arc::clone(&yielded))), "/chat").await;
    for read in 1..=TOKENS {
        let event = events.next().await.expect("there should be another token");
        assert_eq!(event, format!("data: {} \n\n", read - 1));
        assert!(
            yielded.load(Ordering::SeqCst) <= read + 1,
            "at token {read}"
        );
    }
    assert!(
        events
            .next()
            .await
            .expect("there should be a final event")
            .starts_with("event: done\n")
    );
    assert_eq!(events.next().await, None);
}
