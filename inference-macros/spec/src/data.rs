//! The policies as data. The runtime implements them.

use std::{num::NonZeroU32, time::Duration};

/// The caching of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// The time for which an entry is fresh.
    pub ttl: Duration,
    /// The time after that for which it may be served when every model failed.
    pub stale_if_error: Option<Duration>,
    /// The time after that for which it is served at once, while one refresh of it runs.
    pub stale_while_revalidate: Option<Duration>,
    /// Whether a request with `Cache-Control: no-cache` is answered by the model and not by the cache.
    pub client_control: bool,
    /// The callers that share one call for equal concurrent misses.
    pub single_flight: SingleFlight,
}

/// The callers that share one call for equal concurrent misses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SingleFlight {
    /// Those of this process.
    #[default]
    Process,
    /// Those of all processes that share the store.
    Cluster,
}

impl CachePolicy {
    /// Creates a policy that caches answers for this time and serves no stale ones.
    #[must_use]
    pub const fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            stale_if_error: None,
            stale_while_revalidate: None,
            client_control: false,
            single_flight: SingleFlight::Process,
        }
    }

    /// The time for which an entry can be served, fresh or stale.
    #[must_use]
    pub fn keep(&self) -> Duration {
        let stale = self.stale_if_error.max(self.stale_while_revalidate);
        self.ttl.saturating_add(stale.unwrap_or_default())
    }
}

/// The number and the delays of calls after transient failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The number of calls, the first included.
    pub attempts: u32,
    /// The wait before the second call is a random time up to this; it doubles with each further call.
    pub backoff: Duration,
    /// The limit of that growth. A `Retry-After` of the service is respected even if it is longer, within the time
    /// limit of the prediction.
    pub max_backoff: Duration,
}

impl Retry {
    /// The default number of calls.
    pub const DEFAULT_ATTEMPTS: u32 = 3;
    /// The default first wait.
    pub const DEFAULT_BACKOFF: Duration = Duration::from_millis(100);
    /// The default longest wait.
    pub const DEFAULT_MAX_BACKOFF: Duration = Duration::from_secs(2);

    /// Creates a policy of this number of calls, with the default waits between them.
    #[must_use]
    pub const fn new(attempts: u32) -> Self {
        Self {
            attempts,
            backoff: Self::DEFAULT_BACKOFF,
            max_backoff: Self::DEFAULT_MAX_BACKOFF,
        }
    }
}

/// Stops calls to a model after consecutive failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CircuitBreaker {
    /// The number of consecutive failures that opens it.
    pub failures: u32,
    /// The time for which it stays open. After that, one call probes the model.
    pub reset: Duration,
}

impl CircuitBreaker {
    /// The default number of failures.
    pub const DEFAULT_FAILURES: u32 = 5;
    /// The default time open.
    pub const DEFAULT_RESET: Duration = Duration::from_secs(30);

    /// Creates a circuit breaker that opens after this number of consecutive failures, for this time.
    #[must_use]
    pub const fn new(failures: u32, reset: Duration) -> Self {
        Self { failures, reset }
    }
}

/// The number of calls to a model in a period, evenly spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RateLimit {
    /// The calls, which may be made in one burst.
    pub calls: NonZeroU32,
    /// The period.
    pub per: Duration,
}

impl RateLimit {
    /// Creates a limit of this number of calls in this period.
    #[must_use]
    pub const fn new(calls: NonZeroU32, per: Duration) -> Self {
        Self { calls, per }
    }
}
