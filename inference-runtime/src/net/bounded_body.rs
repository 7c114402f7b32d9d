//! Reads response bodies up to a size.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

/// How long to wait for the body of an error, which is only needed for its message.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_millis(500);

/// Why a body could not be read.
pub(crate) enum BodyError {
    /// It is larger than allowed.
    TooLarge,
    /// The connection failed.
    Broken(reqwest::Error),
}

/// Reads a complete body of at most `max` bytes. A body whose declared length is larger is not read at all.
pub(crate) async fn read_body(response: &mut Response, max: usize) -> Result<Bytes, BodyError> {
    let declared = response.content_length().unwrap_or(0);
    if usize::try_from(declared).map_or(true, |declared| declared > max) {
        return Err(BodyError::TooLarge);
    }
    let mut chunk = async || response.chunk().await.map_err(BodyError::Broken);
    // Most bodies arrive in one chunk, which is not copied.
    let first = chunk().await?.unwrap_or_default();
    if first.len() > max {
        return Err(BodyError::TooLarge);
    }
    let Some(mut next) = chunk().await? else {
        return Ok(first);
    };
    let mut body = BytesMut::from(first);
    loop {
        if next.len() > max - body.len() {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&next);
        match chunk().await? {
            Some(chunk) => next = chunk,
            None => return Ok(body.freeze()),
        }
    }
}

/// Reads the first `max` bytes of an error body, as far as they arrive in time: the status is known without them.
pub(crate) async fn read_start(response: &mut Response, max: usize) -> Bytes {
    let deadline = Instant::now() + ERROR_BODY_TIMEOUT;
    let mut body = BytesMut::new();
    while body.len() < max
        && let Ok(Ok(Some(chunk))) = timeout_at(deadline, response.chunk()).await
    {
        body.extend_from_slice(&chunk[..chunk.len().min(max - body.len())]);
    }
    body.freeze()
}
