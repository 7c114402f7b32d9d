//! The pieces of an answer out of the bytes of a stream.

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

/// When the model is done, numbers and `[DONE]` follow at once or not at all.
const AFTERMATH: Duration = Duration::from_secs(1);

/// How much of a frame of no use the log gets to see.
const SHOWN_CHARS: usize = 500;

/// Whether a media type is that of a stream; anything else under a 200 is an error, or a service that cannot stream.
pub(in crate::backend) fn is_event_stream(media_type: Option<&str>) -> bool {
    media_type
        .and_then(|media_type| media_type.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/event-stream"))
}

/// The pieces in the body of a stream; those that bring nothing are left out.
///
/// The end is `[DONE]`, or the end of the body once the model has said why it stopped: what ends before is broken
/// off. `refuse` makes the error of a frame that holds one: it gets the status that the frame names (200 where it
/// names none) and its JSON.
pub(in crate::backend) fn chunks<B, R>(body: B, refuse: R) -> Chunks
where
    B: Stream<Item = Result<Bytes, InferenceError>> + Send + 'static,
    R: Fn(StatusCode, &str) -> InferenceError + Send + 'static,
{
    let reading = Reading {
        events: events(body).boxed(),
        refuse,
        last_seen: false,
    };
    stream::unfold(Some(reading), |reading| async {
        let mut reading = reading?;
        match reading.next().await? {
            Ok(chunk) => Some((Ok(chunk), Some(reading))),
            Err(error) => Some((Err(error), None)),
        }
    })
    .boxed()
}

struct Reading<R> {
    events: BoxStream<'static, Result<Event, InferenceError>>,
    refuse: R,
    /// The model has said that it is done.
    last_seen: bool,
}

impl<R: Fn(StatusCode, &str) -> InferenceError> Reading<R> {
    async fn next(&mut self) -> Option<Result<Chunk, InferenceError>> {
        loop {
            let event = match self.event().await {
                Some(Ok(event)) => event,
                // Nothing that happens after the last piece takes anything from the answer.
                None | Some(Err(_)) if self.last_seen => return None,
                Some(Err(error)) => return Some(Err(error)),
                None => return Some(Err(broken_off())),
            };
            match frame::read(&event.event, &event.data) {
                Ok(Frame::Piece { chunk, last }) => {
                    self.last_seen |= last;
                    if !chunk.is_empty() {
                        return Some(Ok(chunk));
                    }
                }
                Ok(Frame::Done) => {
                    // The end of the body has often come along: a connection that was read to it can be used again.
                    let _ = self.events.next().now_or_never();
                    return None;
                }
                Ok(Frame::Error(status)) => {
                    return Some(Err((self.refuse)(status, &event.data)));
                }
                Err(_) if self.last_seen => return None,
                Err(error) => return Some(Err(unreadable(&event.data, error))),
            }
        }
    }

    async fn event(&mut self) -> Option<Result<Event, InferenceError>> {
        if self.last_seen {
            tokio::time::timeout(AFTERMATH, self.events.next())
                .await
                .ok()
                .flatten()
        } else {
            self.events.next().await
        }
    }
}

fn broken_off() -> InferenceError {
    InferenceError::new(
        ErrorKind::MalformedOutput,
        "the answer broke off before its end",
    )
}

fn unreadable(data: &str, error: serde_json::Error) -> InferenceError {
    let shown: String = data.chars().take(SHOWN_CHARS).collect();
    InferenceError::new(
        ErrorKind::MalformedOutput,
        "a piece of the answer cannot be read",
    )
    .with_upstream(&shown)
    .with_source(error)
}
