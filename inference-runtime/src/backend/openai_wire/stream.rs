//! Reads the chunks of an answer from the bytes of a stream.

use std::time::Duration;

use bytes::Bytes;
use eventsource_stream::Event;
use futures_util::{
    FutureExt, Stream, StreamExt,
    stream::{self, BoxStream},
};
use http::StatusCode;

use super::{
    events::events,
    frame::{self, Frame},
};
use crate::{
    ErrorKind, InferenceError,
    backend::{Chunk, Chunks},
};

/// How long to wait for usage and `[DONE]` after the last chunk: they follow immediately or not at all.
const TRAILER_TIMEOUT: Duration = Duration::from_secs(1);

/// How much of an unreadable frame is logged.
const MAX_LOGGED_CHARS: usize = 500;

/// Returns whether a media type is that of a stream; any other with status 200 is an error, or a service that cannot stream.
pub(in crate::backend) fn is_event_stream(media_type: Option<&str>) -> bool {
    media_type
        .and_then(|media_type| media_type.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/event-stream"))
}

/// Returns the chunks in the body of a stream; empty ones are skipped.
///
/// The stream ends with `[DONE]`, or with the body after the chunk that has the finish reason; a body that ends earlier is
/// truncated. `make_error` creates the error for a frame that contains one, from its JSON and the status in it (200 if
/// there is none).
pub(in crate::backend) fn chunks<B, R>(body: B, make_error: R) -> Chunks
where
    B: Stream<Item = Result<Bytes, InferenceError>> + Send + 'static,
    R: Fn(StatusCode, &str) -> InferenceError + Send + 'static,
{
    let reader = FrameReader {
        events: events(body).boxed(),
        make_error,
        last_seen: false,
    };
    stream::unfold(Some(reader), |reader| async {
        let mut reader = reader?;
        match reader.next().await? {
            Ok(chunk) => Some((Ok(chunk), Some(reader))),
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed()
}

struct FrameReader<R> {
    events: BoxStream<'static, Result<Event, InferenceError>>,
    make_error: R,
    /// The model has finished.
    last_seen: bool,
}

impl<R: Fn(StatusCode, &str) -> InferenceError> FrameReader<R> {
    async fn next(&mut self) -> Option<Result<Chunk, InferenceError>> {
        loop {
            let event = match self.event().await {
                Some(Ok(event)) => event,
                // An error after the last chunk does not affect the answer.
                None | Some(Err(_)) if self.last_seen => return None,
                Some(Err(error)) => return Some(Err(error)),
                None => return Some(Err(truncated())),
            };
            match frame::read(&event.event, &event.data) {
                Ok(Frame::Chunk { chunk, last }) => {
                    self.last_seen |= last;
                    if !chunk.is_empty() {
                        return Some(Ok(chunk));
                    }
                }
                Ok(Frame::Done) => {
                    // The end of the body has often arrived already: a connection whose body was read completely can be reused.
                    let _ = self.events.next().now_or_never();
                    return None;
                }
                Ok(Frame::Error(status)) => {
                    return Some(Err((self.make_error)(status, &event.data)));
                }
                Err(_) if self.last_seen => return None,
                Err(error) => return Some(Err(malformed(&event.data, error))),
            }
        }
    }

    async fn event(&mut self) -> Option<Result<Event, InferenceError>> {
        if self.last_seen {
            tokio::time::timeout(TRAILER_TIMEOUT, self.events.next())
                .await
                .ok()
                .flatten()
        } else {
            self.events.next().await
        }
    }
}

fn truncated() -> InferenceError {
    InferenceError::new(ErrorKind::MalformedOutput, "the response ended early")
}

fn malformed(data: &str, error: serde_json::Error) -> InferenceError {
    let shown: String = data.chars().take(MAX_LOGGED_CHARS).collect();
    InferenceError::new(
        ErrorKind::MalformedOutput,
        "a chunk of the response cannot be read",
    )
    .with_upstream(&shown)
    .with_source(error)
}
