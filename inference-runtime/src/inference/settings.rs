use std::time::Duration;

use crate::operation::{CachePolicy, Model, Policies, Spec};

/// The whole prediction may take this long where nobody says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What operations do that do not say: from the configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defaults {
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<CachePolicy>,
    pub(crate) policies: Policies,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            timeout: TIMEOUT,
            cache: None,
            policies: Policies::default(),
        }
    }
}

/// What the configuration says of one operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) models: Option<Vec<Model>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) cache: Option<Option<Duration>>,
}

/// What holds for one operation: the configuration's word, else the annotation's, else the defaults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) models: &'a [Model],
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<CachePolicy>,
    pub(crate) policies: Policies,
    pub(crate) max_input: Option<usize>,
}

impl<'a> Settings<'a> {
    pub(crate) fn of(
        spec: &'static Spec,
        overrides: Option<&'a Overrides>,
        defaults: &Defaults,
    ) -> Self {
        let timeout = overrides
            .and_then(|overrides| overrides.timeout)
            .or(spec.timeout_limit());
        let mut cache = spec.cache_policy().unwrap_or(defaults.cache);
        match overrides.and_then(|overrides| overrides.cache) {
            None => {}
            Some(None) => cache = None,
            Some(Some(ttl)) => {
                cache = Some(CachePolicy {
                    ttl,
                    ..cache.unwrap_or(CachePolicy::new(ttl))
                });
            }
        }
        let fallback = &defaults.policies;
        let policies = Policies {
            retry: spec.retry_policy().unwrap_or(fallback.retry),
            attempt_timeout: spec.attempt_limit().unwrap_or(fallback.attempt_timeout),
            circuit_breaker: spec.breaker_policy().unwrap_or(fallback.circuit_breaker),
            rate_limit: spec.rate_policy().unwrap_or(fallback.rate_limit),
            concurrency: spec.concurrency_limit().unwrap_or(fallback.concurrency),
            hedge: spec.hedge_delay().unwrap_or(fallback.hedge),
        };
        Self {
            models: overrides
                .and_then(|overrides| overrides.models.as_deref())
                .unwrap_or(spec.models()),
            timeout: timeout.unwrap_or(defaults.timeout),
            cache,
            policies,
            max_input: spec.max_input_bytes(),
        }
    }
}
