use std::{num::NonZeroU32, time::Duration};

use super::{Bound, CachePolicy, CircuitBreaker, Model, RateLimit, Retry, SingleFlight};

/// What was said of a policy: nothing, that it is off, or how it is.
type Said<T> = Option<Option<T>>;

/// What an annotation says, without its types: the defaults that `[operations.NAME]` in `inference.toml` may
/// override.
#[derive(Clone, Debug)]
pub struct Spec {
    name: &'static str,
    task: &'static str,
    asked_as: &'static str,
    models: &'static [Model],
    timeout: Option<Duration>,
    cache: Said<CachePolicy>,
    retry: Said<Retry>,
    attempt_timeout: Said<Duration>,
    circuit_breaker: Said<CircuitBreaker>,
    rate_limit: Said<RateLimit>,
    concurrency: Said<NonZeroU32>,
    hedge: Said<Duration>,
    max_input: Option<usize>,
    fallback: bool,
    bounds: Option<&'static [Bound]>,
}

impl Spec {
    /// An operation with this name, asking these models in this order.
    #[must_use]
    pub const fn new(name: &'static str, models: &'static [Model]) -> Self {
        Self {
            name,
            task: "",
            asked_as: "",
            models,
            timeout: None,
            cache: None,
            retry: None,
            attempt_timeout: None,
            circuit_breaker: None,
            rate_limit: None,
            concurrency: None,
            hedge: None,
            max_input: None,
            fallback: false,
            bounds: None,
        }
    }

    /// Keeps answers for so many milliseconds.
    #[must_use]
    pub const fn cache(mut self, ttl_ms: u64) -> Self {
        self.cache = Some(Some(CachePolicy::new(Duration::from_millis(ttl_ms))));
        self
    }

    /// Keeps no answers, whatever the configuration's default.
    #[must_use]
    pub const fn cache_off(mut self) -> Self {
        self.cache = Some(None);
        self
    }

    /// Serves a kept answer for so many milliseconds beyond its time where every model failed. Of no effect without
    /// [`cache`](Self::cache), as the three below.
    #[must_use]
    pub const fn stale_if_error(mut self, ms: u64) -> Self {
        if let Some(Some(cache)) = &mut self.cache {
            cache.stale_if_error = Some(Duration::from_millis(ms));
        }
        self
    }

    /// Serves a kept answer for so many milliseconds beyond its time, while one refresh of it runs.
    #[must_use]
    pub const fn stale_while_revalidate(mut self, ms: u64) -> Self {
        if let Some(Some(cache)) = &mut self.cache {
            cache.stale_while_revalidate = Some(Duration::from_millis(ms));
        }
        self
    }

    /// Lets a request's `Cache-Control: no-cache` have its way.
    #[must_use]
    pub const fn client_control(mut self) -> Self {
        if let Some(Some(cache)) = &mut self.cache {
            cache.client_control = true;
        }
        self
    }

    /// Makes one call for all processes that share the store.
    #[must_use]
    pub const fn cluster_single_flight(mut self) -> Self {
        if let Some(Some(cache)) = &mut self.cache {
            cache.single_flight = SingleFlight::Cluster;
        }
        self
    }

    /// Asks so often in all, waiting up to so many milliseconds in between: twice as many after each call, and never
    /// more than the last number. One call in all is no retry.
    #[must_use]
    pub const fn retry(mut self, attempts: u32, backoff_ms: u64, max_backoff_ms: u64) -> Self {
        self.retry = if attempts > 1 {
            Some(Some(Retry {
                attempts,
                backoff: Duration::from_millis(backoff_ms),
                max_backoff: Duration::from_millis(max_backoff_ms),
            }))
        } else {
            Some(None)
        };
        self
    }

    /// Allows each call so many milliseconds. Zero is no limit of its own.
    #[must_use]
    pub const fn attempt_timeout(mut self, ms: u64) -> Self {
        self.attempt_timeout = Some(if ms == 0 {
            None
        } else {
            Some(Duration::from_millis(ms))
        });
        self
    }

    /// Stops asking after so many failures in a row, for so many milliseconds.
    #[must_use]
    pub const fn circuit_breaker(mut self, failures: u32, reset_ms: u64) -> Self {
        self.circuit_breaker = Some(Some(CircuitBreaker::new(
            failures,
            Duration::from_millis(reset_ms),
        )));
        self
    }

    /// Has no breaker, whatever the configuration's default.
    #[must_use]
    pub const fn circuit_breaker_off(mut self) -> Self {
        self.circuit_breaker = Some(None);
        self
    }

    /// Makes at most so many calls in so many milliseconds. No calls at all is no limit.
    #[must_use]
    pub const fn rate_limit(mut self, calls: u32, per_ms: u64) -> Self {
        self.rate_limit = match NonZeroU32::new(calls) {
            Some(calls) => Some(Some(RateLimit::new(calls, Duration::from_millis(per_ms)))),
            None => Some(None),
        };
        self
    }

    /// Has at most so many calls under way. None at all is no limit.
    #[must_use]
    pub const fn concurrency(mut self, calls: u32) -> Self {
        self.concurrency = Some(NonZeroU32::new(calls));
        self
    }

    /// Makes a second call where the first has not answered after so many milliseconds. Zero is no second call.
    #[must_use]
    pub const fn hedge(mut self, ms: u64) -> Self {
        self.hedge = Some(if ms == 0 {
            None
        } else {
            Some(Duration::from_millis(ms))
        });
        self
    }

    /// Allows the whole prediction so many milliseconds.
    #[must_use]
    pub const fn timeout(mut self, ms: u64) -> Self {
        self.timeout = Some(Duration::from_millis(ms));
        self
    }

    /// Refuses inputs of more bytes than this.
    #[must_use]
    pub const fn max_input(mut self, bytes: usize) -> Self {
        self.max_input = Some(bytes);
        self
    }

    /// Says that the annotation has a fallback.
    #[must_use]
    pub const fn fallback(mut self) -> Self {
        self.fallback = true;
        self
    }

    /// Lets the configuration change nothing but this. Without it, the configuration may change everything it knows of.
    #[must_use]
    pub const fn allow(mut self, bounds: &'static [Bound]) -> Self {
        self.bounds = Some(bounds);
        self
    }

    pub(crate) const fn with_task(mut self, task: &'static str, asked_as: &'static str) -> Self {
        self.task = task;
        self.asked_as = asked_as;
        self
    }

    /// The operation's name in configuration, logs and headers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The pipeline tag of its task.
    #[must_use]
    pub const fn task(&self) -> &'static str {
        self.task
    }

    /// The tag that services are asked by.
    pub(crate) const fn asked_as(&self) -> &'static str {
        self.asked_as
    }

    /// Its models, in the order in which they are asked.
    #[must_use]
    pub const fn models(&self) -> &'static [Model] {
        self.models
    }

    /// The time for the whole prediction, where the annotation says one.
    #[must_use]
    pub const fn timeout_limit(&self) -> Option<Duration> {
        self.timeout
    }

    /// How answers are kept. Here and below, `None` is where the annotation is silent, and `Some(None)` where it
    /// turns the policy off.
    #[must_use]
    pub const fn cache_policy(&self) -> Option<Option<CachePolicy>> {
        self.cache
    }

    /// Asking again.
    #[must_use]
    pub const fn retry_policy(&self) -> Option<Option<Retry>> {
        self.retry
    }

    /// The time for one call.
    #[must_use]
    pub const fn attempt_limit(&self) -> Option<Option<Duration>> {
        self.attempt_timeout
    }

    /// Not asking any more.
    #[must_use]
    pub const fn breaker_policy(&self) -> Option<Option<CircuitBreaker>> {
        self.circuit_breaker
    }

    /// How often the model is asked.
    #[must_use]
    pub const fn rate_policy(&self) -> Option<Option<RateLimit>> {
        self.rate_limit
    }

    /// How many calls are under way at a time.
    #[must_use]
    pub const fn concurrency_limit(&self) -> Option<Option<NonZeroU32>> {
        self.concurrency
    }

    /// When a second call is made.
    #[must_use]
    pub const fn hedge_delay(&self) -> Option<Option<Duration>> {
        self.hedge
    }

    /// The size in bytes above which an input is refused.
    #[must_use]
    pub const fn max_input_bytes(&self) -> Option<usize> {
        self.max_input
    }

    /// Whether the annotation has a fallback.
    #[must_use]
    pub const fn has_fallback(&self) -> bool {
        self.fallback
    }

    /// What the configuration may change; everything, where it is `None`.
    #[must_use]
    pub const fn bounds(&self) -> Option<&'static [Bound]> {
        self.bounds
    }
}
