//! Asking less: so many calls in a time, so many at a time.

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

/// For each call that may be under way so many may wait for their turn: the others are told to come back.
const WAITING_FOR_EACH: usize = 64;

/// What a call that found no room tells its caller to wait.
const COME_BACK: Duration = Duration::from_secs(1);

/// The calls of one model that may be under way at a time.
#[derive(Debug)]
pub(super) struct ConcurrencyLimiter {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
}

/// How often one model may be asked.
pub(super) struct RateLimiter {
    limiter: governor::RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
}

/// Time as the rest of the runtime has it.
#[derive(Clone, Copy, Debug)]
struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

impl ConcurrencyLimiter {
    pub(super) fn new(calls: NonZeroU32) -> Self {
        let calls = calls.get() as usize;
        Self {
            free: Arc::new(Semaphore::new(calls.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            max_waiting: calls.saturating_mul(WAITING_FOR_EACH),
        }
    }

    /// A place, as soon as there is one and within this time.
    pub(super) async fn take(
        &self,
        within: Duration,
    ) -> Result<OwnedSemaphorePermit, InferenceError> {
        if let Some(place) = self.take_at_once() {
            return Ok(place);
        }
        let waiting = Waiting::join(&self.waiting);
        if waiting.before >= self.max_waiting {
            return Err(full());
        }
        match tokio::time::timeout(within, Arc::clone(&self.free).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(full()),
        }
    }

    pub(super) fn take_at_once(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }
}

/// One who waits.
struct Waiting<'c> {
    count: &'c AtomicUsize,
    before: usize,
}

impl<'c> Waiting<'c> {
    fn join(count: &'c AtomicUsize) -> Self {
        let before = count.fetch_add(1, Ordering::Relaxed);
        Self { count, before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl RateLimiter {
    /// The limit as a bucket that is full at first; none where the time between two calls is too short to be measured.
    pub(super) fn new(limit: RateLimit) -> Option<Self> {
        let clock = Ticks(Instant::now());
        let quota = Quota::with_period(limit.per / limit.calls.get())?.allow_burst(limit.calls);
        Some(Self {
            limiter: governor::RateLimiter::direct_with_clock(quota, clock),
            clock,
        })
    }

    /// Waits for the next call's time, if that comes within this time.
    pub(super) async fn wait(&self, within: Duration) -> Result<(), InferenceError> {
        let started = Instant::now();
        loop {
            let wait = match self.limiter.check() {
                Ok(()) => return Ok(()),
                Err(not_until) => not_until.wait_time_from(self.clock.now()),
            };
            if wait > within.saturating_sub(started.elapsed()) {
                return Err(too_often(wait));
            }
            tokio::time::sleep(wait).await;
        }
    }

    pub(super) fn take_at_once(&self) -> bool {
        self.limiter.check().is_ok()
    }
}

fn full() -> InferenceError {
    InferenceError::new(
        ErrorKind::Throttled,
        "all calls that `concurrency` allows are under way; help: allow more, or give a `fallback`",
    )
    .with_retry_after(COME_BACK)
}

fn too_often(wait: Duration) -> InferenceError {
    InferenceError::new(
        ErrorKind::Throttled,
        "all calls that `rate_limit` allows for now have been made; help: allow more, or give a `fallback`",
    )
    .with_retry_after(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).expect("above zero")
    }

    #[tokio::test(start_paused = true)]
    async fn calls_beyond_the_rate_wait_or_are_told_when_to_come() {
        let rate =
            RateLimiter::new(RateLimit::new(some(2), Duration::from_secs(1))).expect("a rate");
        assert!(rate.take_at_once() && rate.take_at_once() && !rate.take_at_once());
        let error = rate
            .wait(Duration::from_millis(100))
            .await
            .expect_err("no room");
        assert_eq!(error.kind(), ErrorKind::Throttled);
        assert!(error.retry_after().expect("a time") <= Duration::from_millis(500));
        let started = Instant::now();
        rate.wait(Duration::from_secs(1)).await.expect("its turn");
        assert!(started.elapsed() >= Duration::from_millis(490));
    }

    #[tokio::test(start_paused = true)]
    async fn calls_beyond_the_places_wait_for_one_that_ends() {
        let places = ConcurrencyLimiter::new(some(1));
        let place = places.take(Duration::ZERO).await.expect("a place");
        let error = places.take(Duration::from_secs(1)).await.expect_err("full");
        assert_eq!(error.kind(), ErrorKind::Throttled);
        assert_eq!(places.waiting.load(Ordering::Relaxed), 0);
        let (second, ()) = tokio::join!(
            places.take(Duration::from_secs(1)),
            async move { drop(place) }
        );
        assert!(second.is_ok());
    }
}
