//! The policies as data: what they do is in the runtime.

use std::{num::NonZeroU32, time::Duration};

/// How answers are cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// How long an entry is fresh.
    pub ttl: Duration,
    /// How long after that it may still be served when every model failed.
    pub stale_if_error: Option<Duration>,
    /// How long after that it is served at once, while one refresh of it runs.
    pub stale_while_revalidate: Option<Duration>,
    /// Whether a request with `Cache-Control: no-cache` is answered by the model and not by the cache.
    pub client_control: bool,
    /// Which callers share one call for equal concurrent misses.
    pub single_flight: SingleFlight,
}

/// Which callers share one call for equal concurrent misses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SingleFlight {
    /// Those of this process.
    #[default]
    Process,
    /// Those of all processes that share the store.
    Cluster,
}

impl CachePolicy {
    /// Caches answers for this time, and serves no stale ones.
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

    /// How long an entry can be served at all, stale or fresh.
    #[must_use]
    pub fn keep(&self) -> Duration {
        let stale = self.stale_if_error.max(self.stale_while_revalidate);
        self.ttl.saturating_add(stale.unwrap_or_default())
    }
}

/// How often a call is repeated after a transient failure, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The number of calls, the first included.
    pub attempts: u32,
    /// The wait before the second call is a random time up to this; it doubles with each further call.
    pub backoff: Duration,
    /// The limit of that growth. A time that the service itself names is waited for even where it is longer, within the
    /// time of the prediction.
    pub max_backoff: Duration,
}

impl Retry {
    /// The number of calls where none is given.
    pub const DEFAULT_ATTEMPTS: u32 = 3;
    /// The first wait where none is given.
    pub const DEFAULT_BACKOFF: Duration = Duration::from_millis(100);
    /// The longest wait where none is given.
    pub const DEFAULT_MAX_BACKOFF: Duration = Duration::from_secs(2);

    /// This number of calls, with the default waits between them.
    #[must_use]
    pub const fn new(attempts: u32) -> Self {
        Self {
            attempts,
            backoff: Self::DEFAULT_BACKOFF,
            max_backoff: Self::DEFAULT_MAX_BACKOFF,
        }
    }
}

/// When a model that keeps failing is no longer called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CircuitBreaker {
    /// The number of consecutive failures that opens it.
    pub failures: u32,
    /// How long it stays open; after that one call probes the model.
    pub reset: Duration,
}

impl CircuitBreaker {
    /// The number of failures where none is given.
    pub const DEFAULT_FAILURES: u32 = 5;
    /// The time open where none is given.
    pub const DEFAULT_RESET: Duration = Duration::from_secs(30);

    /// Opens after this number of consecutive failures, for this time.
    #[must_use]
    pub const fn new(failures: u32, reset: Duration) -> Self {
        Self { failures, reset }
    }
}

/// The number of calls to a model in a period, evenly spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RateLimit {
    /// The calls, which may also come all at once.
    pub calls: NonZeroU32,
    /// The period.
    pub per: Duration,
}

impl RateLimit {
    /// This number of calls in this period.
    #[must_use]
    pub const fn new(calls: NonZeroU32, per: Duration) -> Self {
        Self { calls, per }
    }
}
