use std::{num::NonZeroU32, time::Duration};

use inference_spec::{BreakerParts, CacheParts, Layer, RetryParts, Setting};

use super::{Bound, Model, RateLimit, SingleFlight};

/// The data of an annotation, without its types: the defaults that `[operations.NAME]` in `inference.toml` may override.
///
/// In the methods that set a policy, zero for all arguments turns it off.
#[derive(Clone, Debug)]
pub struct Spec {
    name: &'static str,
    task: &'static str,
    called_as: &'static str,
    models: &'static [Model],
    layer: Layer,
    fallback: bool,
    bounds: Option<&'static [Bound]>,
}

impl Spec {
    /// Creates the specification of an operation that calls these models in this order.
    #[must_use]
    pub const fn new(name: &'static str, models: &'static [Model]) -> Self {
        Self {
            name,
            task: "",
            called_as: "",
            models,
            layer: Layer::new(),
            fallback: false,
            bounds: None,
        }
    }

    /// Caches answers for this number of milliseconds.
    #[must_use]
    pub const fn cache(mut self, ttl_ms: u64) -> Self {
        self.layer.cache = match time(ttl_ms) {
            Some(ttl) => Setting::Value(CacheParts::new(ttl)),
            None => Setting::Off,
        };
        self
    }

    /// Serves a stale entry for this number of milliseconds when every model failed. Has no effect unless
    /// [`cache`](Self::cache) precedes it; the same holds for the next three methods.
    #[must_use]
    pub const fn stale_if_error(mut self, ms: u64) -> Self {
        if let Setting::Value(cache) = &mut self.layer.cache {
            cache.stale_if_error = duration(ms);
        }
        self
    }

    /// Serves a stale entry for this number of milliseconds while one refresh of it runs.
    #[must_use]
    pub const fn stale_while_revalidate(mut self, ms: u64) -> Self {
        if let Setting::Value(cache) = &mut self.layer.cache {
            cache.stale_while_revalidate = duration(ms);
        }
        self
    }

    /// Lets a request bypass the cache with `Cache-Control: no-cache`.
    #[must_use]
    pub const fn client_control(mut self) -> Self {
        if let Setting::Value(cache) = &mut self.layer.cache {
            cache.client_control = Some(true);
        }
        self
    }

    /// Makes one call for all processes that share the store.
    #[must_use]
    pub const fn cluster_single_flight(mut self) -> Self {
        if let Setting::Value(cache) = &mut self.layer.cache {
            cache.single_flight = Some(SingleFlight::Cluster);
        }
        self
    }

    /// Makes this number of calls at most, waiting up to `backoff_ms` before the second: twice as long after each call, up
    /// to `max_backoff_ms`. A wait of zero selects the default. Fewer than two calls turn retries off.
    #[must_use]
    pub const fn retry(mut self, attempts: u32, backoff_ms: u64, max_backoff_ms: u64) -> Self {
        self.layer.retry = if attempts > 1 {
            Setting::Value(RetryParts {
                attempts: Some(attempts),
                backoff: time(backoff_ms),
                max_backoff: time(max_backoff_ms),
            })
        } else {
            Setting::Off
        };
        self
    }

    /// Allows each call this number of milliseconds.
    #[must_use]
    pub const fn attempt_timeout(mut self, ms: u64) -> Self {
        self.layer.attempt_timeout = duration(ms);
        self
    }

    /// Stops calling after this number of consecutive failures, for this number of milliseconds.
    #[must_use]
    pub const fn circuit_breaker(mut self, failures: u32, reset_ms: u64) -> Self {
        self.layer.circuit_breaker = if failures > 0 {
            Setting::Value(BreakerParts {
                failures: Some(failures),
                reset: time(reset_ms),
            })
        } else {
            Setting::Off
        };
        self
    }

    /// Makes at most this number of calls in this number of milliseconds.
    #[must_use]
    pub const fn rate_limit(mut self, calls: u32, per_ms: u64) -> Self {
        self.layer.rate_limit = match NonZeroU32::new(calls) {
            Some(calls) => Setting::Value(RateLimit::new(calls, Duration::from_millis(per_ms))),
            None => Setting::Off,
        };
        self
    }

    /// Makes at most this number of concurrent calls.
    #[must_use]
    pub const fn concurrency(mut self, calls: u32) -> Self {
        self.layer.concurrency = match NonZeroU32::new(calls) {
            Some(calls) => Setting::Value(calls),
            None => Setting::Off,
        };
        self
    }

    /// Makes a second call when the first has not answered after this number of milliseconds.
    #[must_use]
    pub const fn hedge(mut self, ms: u64) -> Self {
        self.layer.hedge = duration(ms);
        self
    }

    /// Allows the whole prediction this number of milliseconds.
    #[must_use]
    pub const fn timeout(mut self, ms: u64) -> Self {
        self.layer.timeout = duration(ms);
        self
    }

    /// Rejects inputs of more bytes than this.
    #[must_use]
    pub const fn max_input(mut self, bytes: usize) -> Self {
        self.layer.max_input = Setting::Value(bytes);
        self
    }

    /// Records that the annotation has a fallback.
    #[must_use]
    pub const fn fallback(mut self) -> Self {
        self.fallback = true;
        self
    }

    /// Limits the changes that the configuration may make. Without it, the configuration may change every policy.
    #[must_use]
    pub const fn allow(mut self, bounds: &'static [Bound]) -> Self {
        self.bounds = Some(bounds);
        self
    }

    pub(crate) const fn with_task(mut self, task: &'static str, called_as: &'static str) -> Self {
        self.task = task;
        self.called_as = called_as;
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

    /// The tag by which services are called for its task.
    pub(crate) const fn called_as(&self) -> &'static str {
        self.called_as
    }

    /// Its models, in the order in which they are called.
    #[must_use]
    pub const fn models(&self) -> &'static [Model] {
        self.models
    }

    /// The policies that the annotation sets.
    #[must_use]
    pub const fn layer(&self) -> &Layer {
        &self.layer
    }

    /// Whether the annotation has a fallback.
    #[must_use]
    pub const fn has_fallback(&self) -> bool {
        self.fallback
    }

    /// The changes that the configuration may make. `None` allows all.
    #[must_use]
    pub const fn bounds(&self) -> Option<&'static [Bound]> {
        self.bounds
    }
}

const fn time(ms: u64) -> Option<Duration> {
    if ms == 0 {
        None
    } else {
        Some(Duration::from_millis(ms))
    }
}

const fn duration(ms: u64) -> Setting<Duration> {
    match time(ms) {
        Some(time) => Setting::Value(time),
        None => Setting::Off,
    }
}
