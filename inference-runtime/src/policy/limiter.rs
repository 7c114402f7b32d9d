//! Rate and concurrency limits.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota,
    clock::Clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::{ErrorKind, InferenceError, operation::RateLimit};

/// The most waiters per permit. Further calls are rejected.
const WAITERS_PER_PERMIT: usize = 64;

/// The `Retry-After` of a call that was rejected by the concurrency limit.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Limits the concurrent calls to one model.
#[derive(Debug)]
pub(super) struct ConcurrencyLimiter {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
}

/// Limits the rate of calls to one model.
pub(super) struct RateLimiter {
    limiter: governor::RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Nanos>>,
    clock: TokioClock,
}

/// A clock that follows tokio's, which tests can pause.
#[derive(Clone, Copy, Debug)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

impl ConcurrencyLimiter {
    pub(super) fn new(calls: NonZeroU32) -> Self {
        let calls = calls.get() as usize;
        Self {
            permits: Arc::new(Semaphore::new(calls.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            max_waiting: calls.saturating_mul(WAITERS_PER_PERMIT),
        }
    }

    /// Acquires a permit, waiting until the timeout.
    pub(super) async fn acquire(
        &self,
        timeout: Duration,
    ) -> Result<OwnedSemaphorePermit, InferenceError> {
        if let Some(permit) = self.try_acquire() {
            return Ok(permit);
        }
        let waiter = Waiter::new(&self.waiting);
        if waiter.ahead >= self.max_waiting {
            return Err(concurrency_exceeded());
        }
        match tokio::time::timeout(timeout, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(concurrency_exceeded()),
        }
    }

    pub(super) fn try_acquire(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).try_acquire_owned().ok()
    }
}

/// A call that waits for a permit, counted until it is dropped.
struct Waiter<'c> {
    count: &'c AtomicUsize,
    ahead: usize,
}

impl<'c> Waiter<'c> {
    fn new(count: &'c AtomicUsize) -> Self {
        let ahead = count.fetch_add(1, Ordering::Relaxed);
        Self { count, ahead }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl RateLimiter {
    /// Creates a token bucket that is full at first. Returns `None` if the interval between calls is too short to be
    /// measured.
    pub(super) fn new(limit: RateLimit) -> Option<Self> {
        let clock = TokioClock(Instant::now());
        let quota = Quota::with_period(limit.per / limit.calls.get())?.allow_burst(limit.calls);
        Some(Self {
            limiter: governor::RateLimiter::direct_with_clock(quota, clock),
            clock,
        })
    }

    /// Waits until a call is allowed. Fails at once if that is later than the timeout.
    pub(super) async fn wait(&self, timeout: Duration) -> Result<(), InferenceError> {
        let started = Instant::now();
        loop {
            let wait = match self.limiter.check() {
                Ok(()) => return Ok(()),
                Err(not_until) => not_until.wait_time_from(self.clock.now()),
            };
            if wait > timeout.saturating_sub(started.elapsed()) {
                return Err(rate_exceeded(wait));
            }
            tokio::time::sleep(wait).await;
        }
    }

    pub(super) fn try_acquire(&self) -> bool {
        self.limiter.check().is_ok()
    }
}

fn concurrency_exceeded() -> InferenceError {
    InferenceError::new(
        ErrorKind::Throttled,
        "the `concurrency` limit is reached; help: raise it, or add a `fallback`",
    )
    .with_retry_after(RETRY_AFTER)
}

fn rate_exceeded(wait: Duration) -> InferenceError {
    InferenceError::new(
        ErrorKind::Throttled,
        "the `rate_limit` is reached; help: raise it, or add a `fallback`",
    )
    .with_retry_after(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn non_zero(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).expect("above zero")
    }

    #[tokio::test(start_paused = true)]
    async fn calls_beyond_the_rate_wait_or_fail_with_retry_after() {
        let rate =
            RateLimiter::new(RateLimit::new(non_zero(2), Duration::from_secs(1))).expect("a rate");
        assert!(rate.try_acquire() && rate.try_acquire() && !rate.try_acquire());
        let error = rate
            .wait(Duration::from_millis(100))
            .await
            .expect_err("the limit is reached");
        assert_eq!(error.kind(), ErrorKind::Throttled);
        assert!(error.retry_after().expect("a time") <= Duration::from_millis(500));
        let started = Instant::now();
        rate.wait(Duration::from_secs(1)).await.expect("its turn");
        assert!(started.elapsed() >= Duration::from_millis(490));
    }

    #[tokio::test(start_paused = true)]
    async fn calls_beyond_the_concurrency_limit_wait_for_a_permit() {
        let limiter = ConcurrencyLimiter::new(non_zero(1));
        let permit = limiter.acquire(Duration::ZERO).await.expect("a permit");
        let error = limiter
            .acquire(Duration::from_secs(1))
            .await
            .expect_err("the limit is reached");
        assert_eq!(error.kind(), ErrorKind::Throttled);
        assert_eq!(limiter.waiting.load(Ordering::Relaxed), 0);
        let (second, ()) = tokio::join!(limiter.acquire(Duration::from_secs(1)), async move {
            drop(permit)
        });
        assert!(second.is_ok());
    }
}
