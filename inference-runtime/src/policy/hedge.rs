//! Asking twice: one slow call is not the caller's fate.

use std::{pin::pin, time::Duration};

use futures_util::future::{BoxFuture, Either, select};

use crate::InferenceError;

/// Makes a call, and a second one where the first has not ended after this time and there is room for another. The
/// first answer counts and ends the other call; a failure counts when both have failed.
pub(super) async fn hedged<'c, R>(
    delay: Option<Duration>,
    call: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    room: impl FnOnce() -> bool,
) -> Result<R, InferenceError> {
    match delay {
        None => call().await,
        // Boxed: calls without need no room for a second.
        Some(delay) => Box::pin(twice(delay, call, room)).await,
    }
}

async fn twice<'c, R>(
    delay: Duration,
    call: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    room: impl FnOnce() -> bool,
) -> Result<R, InferenceError> {
    let first = call();
    let first = match select(first, pin!(tokio::time::sleep(delay))).await {
        Either::Left((outcome, _)) => return outcome,
        Either::Right(((), first)) => first,
    };
    if !room() {
        return first.await;
    }
    match select(first, call()).await {
        Either::Left((Ok(answer), _)) | Either::Right((Ok(answer), _)) => Ok(answer),
        Either::Left((Err(first), second)) => second.await.map_err(|_| first),
        Either::Right((Err(_), first)) => first.await,
    }
}
