//! Bodies, up to a size.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};

/// The words of an error come with it, or are not worth the wait.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why there is no whole body.
pub(crate) enum BodyError {
    /// It is larger than allowed.
    TooLarge,
    /// The connection failed.
    Broken(reqwest::Error),
}

/// The whole body, if it is not larger than `max` bytes. What is announced as larger is not read at all.
pub(crate) async fn read_body(response: &mut Response, max: usize) -> Result<Bytes, BodyError> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |announced| announced > max) {
        return Err(BodyError::TooLarge);
    }
    let mut chunk = async || response.chunk().await.map_err(BodyError::Broken);
    // Most bodies come in one piece, and are not copied.
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

/// The beginning of a body: of an error, where some words are better than none, and its status is known without any.
pub(crate) async fn read_start(response: &mut Response, max: usize) -> Bytes {
    let deadline = Instant::now() + PATIENCE;
    let mut body = BytesMut::new();
    while body.len() < max
        && let Ok(Ok(Some(chunk))) = timeout_at(deadline, response.chunk()).await
    {
        body.extend_from_slice(&chunk[..chunk.len().min(max - body.len())]);
    }
    body.freeze()
}
