//! Hedging: a second call beside a slow one.

use std::{pin::pin, time::Duration};

use futures_util::future::{BoxFuture, Either, select};

use crate::InferenceError;

/// Makes a call, and a second one if the first has not ended after `delay` and `may_hedge` returns true. The first
/// success is returned and cancels the other call; a failure is returned when both have failed.
pub(super) async fn hedged<'c, R>(
    delay: Option<Duration>,
    call: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    may_hedge: impl FnOnce() -> bool,
) -> Result<R, InferenceError> {
    match delay {
        None => call().await,
        // Boxed, so that calls without hedging do not reserve space for a second one.
        Some(delay) => Box::pin(hedge(delay, call, may_hedge)).await,
    }
}

async fn hedge<'c, R>(
    delay: Duration,
    call: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    may_hedge: impl FnOnce() -> bool,
) -> Result<R, InferenceError> {
    let first = call();
    let first = match select(first, pin!(tokio::time::sleep(delay))).await {
        Either::Left((outcome, _)) => return outcome,
        Either::Right(((), first)) => first,
    };
    if !may_hedge() {
        return first.await;
    }
    match select(first, call()).await {
        Either::Left((Ok(answer), _)) | Either::Right((Ok(answer), _)) => Ok(answer),
        Either::Left((Err(first), second)) => second.await.map_err(|_| first),
        Either::Right((Err(_), first)) => first.await,
    }
}
