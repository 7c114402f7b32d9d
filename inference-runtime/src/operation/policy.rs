//! The policies an annotation may ask for, as data: what they mean is in `policy`, what is on by default nowhere.

use std::{num::NonZeroU32, time::Duration};

/// How answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachePolicy {
    /// How long an answer is fresh.
    pub ttl: Duration,
    /// How long after that it may still be served where every model failed.
    pub stale_if_error: Option<Duration>,
    /// How long after that it is served at once, while one refresh of it runs.
    pub stale_while_revalidate: Option<Duration>,
    /// Whether a request with `Cache-Control: no-cache` is answered by the model and not by the cache.
    pub client_control: bool,
    /// Who shares the call where several ask the same at a time.
    pub single_flight: SingleFlight,
}

/// Who shares one call where several ask the same at a time and the answer is not in the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SingleFlight {
    /// Those of this process.
    #[default]
    Process,
    /// Those of all processes that share the store.
    Cluster,
}

impl CachePolicy {
    /// Keeps answers for this time, and serves none that is older.
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

    /// How long an entry can be of use at all.
    #[must_use]
    pub(crate) fn keep(&self) -> Duration {
        let stale = self.stale_if_error.max(self.stale_while_revalidate);
        self.ttl.saturating_add(stale.unwrap_or_default())
    }
}

/// How often a model is asked again after a failure that may pass, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How many calls are made in all, the first included.
    pub attempts: u32,
    /// The wait before the second call is a random time up to this; with each further call it doubles.
    pub backoff: Duration,
    /// What it never grows beyond. A service that names its own time is waited for longer, within the time of the
    /// prediction.
    pub max_backoff: Duration,
}

impl Retry {
    /// The wait where none is named.
    pub const DEFAULT_BACKOFF: Duration = Duration::from_millis(100);
    /// The longest wait where none is named.
    pub const DEFAULT_MAX_BACKOFF: Duration = Duration::from_secs(2);

    /// So many calls in all, with the default waits between them.
    #[must_use]
    pub const fn new(attempts: u32) -> Self {
        Self {
            attempts,
            backoff: Self::DEFAULT_BACKOFF,
            max_backoff: Self::DEFAULT_MAX_BACKOFF,
        }
    }
}

/// When a model that keeps failing is no longer asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CircuitBreaker {
    /// After so many failures in a row.
    pub failures: u32,
    /// For so long; then one call tries whether it is back.
    pub reset: Duration,
}

impl CircuitBreaker {
    /// How many failures open it where no number is named.
    pub const DEFAULT_FAILURES: u32 = 5;
    /// How long it stays open where no time is named.
    pub const DEFAULT_RESET: Duration = Duration::from_secs(30);

    /// Opens after so many failures in a row, for this time.
    #[must_use]
    pub const fn new(failures: u32, reset: Duration) -> Self {
        Self { failures, reset }
    }
}

/// How many calls a model gets in a time, evenly spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RateLimit {
    /// So many calls, which may also come all at once.
    pub calls: NonZeroU32,
    /// In this time.
    pub per: Duration,
}

impl RateLimit {
    /// So many calls in this time.
    #[must_use]
    pub const fn new(calls: NonZeroU32, per: Duration) -> Self {
        Self { calls, per }
    }
}

/// The policies around the call to one model. What is `None` is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policies {
    /// Asking again.
    pub retry: Option<Retry>,
    /// The time for one call, where it is less than that of the whole prediction.
    pub attempt_timeout: Option<Duration>,
    /// Not asking any more.
    pub circuit_breaker: Option<CircuitBreaker>,
    /// How often it is asked.
    pub rate_limit: Option<RateLimit>,
    /// How many calls are under way at a time.
    pub concurrency: Option<NonZeroU32>,
    /// A second call is made where the first has not answered after this time; the first answer counts.
    pub hedge: Option<Duration>,
}
