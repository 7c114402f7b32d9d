//! What holds for each operation: the configuration's word, else the annotation's, else the defaults.

use std::time::Duration;

use crate::{
    config::{Changes, ConfigError, Operations},
    operation::{CachePolicy, Model, Policies, Spec},
};

use super::{allowed, contradictions};

/// The whole prediction may take this long where nobody says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What holds for one operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) models: &'a [Model],
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<CachePolicy>,
    pub(crate) policies: Policies,
    pub(crate) max_input: Option<usize>,
}

/// The settings of every operation.
pub(crate) struct AllSettings {
    /// In the order of the addresses.
    known: Box<[Known]>,
    /// Of what nobody says anything about.
    defaults: Settings<'static>,
}

struct Known {
    address: usize,
    settings: Settings<'static>,
    /// In place of the annotation's.
    models: Option<Vec<Model>>,
}

impl AllSettings {
    /// Works out what holds, and refuses what cannot.
    pub(super) fn of(
        specs: &[&'static Spec],
        operations: &Operations,
        defaults: &Changes,
    ) -> Result<Self, ConfigError> {
        operations.check(specs)?;
        let defaults = of_all(defaults)?;
        let mut known = Vec::with_capacity(specs.len());
        for spec in specs {
            let changes = operations.of(spec.name());
            let settings = of_one(spec, changes, &defaults)?;
            if let Some(changes) = changes {
                allowed::check(spec, changes, &settings)?;
                contradictions::check(spec, changes, &settings)?;
            }
            known.push(Known {
                address: address(spec),
                settings: fitting(settings, spec, changes),
                models: changes.and_then(|changes| changes.models.clone()),
            });
        }
        known.sort_by_key(|known| known.address);
        Ok(Self {
            known: known.into(),
            defaults,
        })
    }

    /// What holds for an operation.
    pub(crate) fn get(&self, spec: &'static Spec) -> Settings<'_> {
        let at = self
            .known
            .binary_search_by_key(&address(spec), |known| known.address);
        match at.ok().and_then(|at| self.known.get(at)) {
            Some(Known {
                settings, models, ..
            }) => Settings {
                models: models.as_deref().unwrap_or(settings.models),
                ..*settings
            },
            // One that no `#[infer]` has made: the configuration cannot know it.
            None => fitting(annotated(spec, &self.defaults), spec, None),
        }
    }
}

fn address(spec: &'static Spec) -> usize {
    std::ptr::from_ref(spec).addr()
}

/// What operations do that do not say.
fn of_all(changes: &Changes) -> Result<Settings<'static>, ConfigError> {
    let builtin = Settings {
        models: &[],
        timeout: TIMEOUT,
        cache: None,
        policies: Policies::default(),
        max_input: None,
    };
    let settings = changed(builtin, changes)?;
    contradictions::check_defaults(changes, &settings)?;
    Ok(settings)
}

/// What one operation does. Its models are the annotation's.
fn of_one(
    spec: &'static Spec,
    changes: Option<&Changes>,
    defaults: &Settings<'static>,
) -> Result<Settings<'static>, ConfigError> {
    let settings = annotated(spec, defaults);
    match changes {
        Some(changes) => changed(settings, changes),
        None => Ok(settings),
    }
}

/// What the annotation says over the defaults.
fn annotated(spec: &'static Spec, defaults: &Settings<'static>) -> Settings<'static> {
    let fallback = &defaults.policies;
    Settings {
        models: spec.models(),
        timeout: spec.timeout_limit().unwrap_or(defaults.timeout),
        cache: spec.cache_policy().unwrap_or(defaults.cache),
        policies: Policies {
            retry: spec.retry_policy().unwrap_or(fallback.retry),
            attempt_timeout: spec.attempt_limit().unwrap_or(fallback.attempt_timeout),
            circuit_breaker: spec.breaker_policy().unwrap_or(fallback.circuit_breaker),
            rate_limit: spec.rate_policy().unwrap_or(fallback.rate_limit),
            concurrency: spec.concurrency_limit().unwrap_or(fallback.concurrency),
            hedge: spec.hedge_delay().unwrap_or(fallback.hedge),
        },
        max_input: spec.max_input_bytes().or(defaults.max_input),
    }
}

/// What the configuration says over these settings; not its models, which are no static's.
fn changed(
    mut settings: Settings<'static>,
    changes: &Changes,
) -> Result<Settings<'static>, ConfigError> {
    let at = |key: &str, error: ConfigError| match changes.place(key) {
        Some(place) => ConfigError::new(format!("{place}: {error}")),
        None => error,
    };
    let policies = &mut settings.policies;
    if let Some(cache) = &changes.cache {
        settings.cache = cache
            .apply(settings.cache)
            .map_err(|error| at("cache", error))?;
    }
    if let Some(retry) = &changes.retry {
        policies.retry = retry
            .apply(policies.retry)
            .map_err(|error| at("retry", error))?;
    }
    if let Some(breaker) = &changes.circuit_breaker {
        policies.circuit_breaker = breaker.apply(policies.circuit_breaker);
    }
    policies.attempt_timeout = changes.attempt_timeout.unwrap_or(policies.attempt_timeout);
    policies.rate_limit = changes.rate_limit.unwrap_or(policies.rate_limit);
    policies.concurrency = changes.concurrency.unwrap_or(policies.concurrency);
    policies.hedge = changes.hedge.unwrap_or(policies.hedge);
    settings.timeout = changes.timeout.unwrap_or(settings.timeout);
    settings.max_input = changes.max_input.or(settings.max_input);
    Ok(settings)
}

/// Without the defaults that do not go with what is said of the operation itself.
fn fitting(
    mut settings: Settings<'static>,
    spec: &'static Spec,
    changes: Option<&Changes>,
) -> Settings<'static> {
    let policies = &mut settings.policies;
    let attempt_is_default =
        spec.attempt_limit().is_none() && changes.is_none_or(|c| c.attempt_timeout.is_none());
    if attempt_is_default
        && policies
            .attempt_timeout
            .is_some_and(|time| time > settings.timeout)
    {
        policies.attempt_timeout = None;
    }
    let first_call = policies
        .attempt_timeout
        .map_or(settings.timeout, |time| time.min(settings.timeout));
    let hedge_is_default =
        spec.hedge_delay().is_none() && changes.is_none_or(|c| c.hedge.is_none());
    if hedge_is_default && policies.hedge.is_some_and(|time| time >= first_call) {
        policies.hedge = None;
    }
    settings
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{config::Config, operation::Retry};

    static LOUD: Spec = Spec::new("loud", &[])
        .cache(300_000)
        .stale_if_error(3_600_000)
        .client_control()
        .timeout(3_000)
        .retry(3, 50, 500);
    static SILENT: Spec = Spec::new("silent", &[]);

    fn settings(file: &str) -> AllSettings {
        let config = Config::parse(file, Path::new("f")).expect(file);
        AllSettings::of(&[&LOUD, &SILENT], &config.operations, &config.defaults).expect(file)
    }

    #[test]
    fn a_time_for_the_cache_keeps_the_windows_of_the_annotation() {
        let settings = settings("[operations.loud]\ncache = \"1m\"\n");
        let cache = settings.get(&LOUD).cache.expect("a cache");
        assert_eq!(cache.ttl, Duration::from_secs(60));
        assert_eq!(cache.stale_if_error, Some(Duration::from_secs(3_600)));
        assert!(cache.client_control);
        assert!(settings.get(&SILENT).cache.is_none());
    }

    #[test]
    fn a_table_changes_what_it_names() {
        let file = "[operations.loud]\nretry = { attempts = 5 }\ncache = { stale_if_error = false, stale_while_revalidate = \"1s\" }\n";
        let settings = settings(file);
        let loud = settings.get(&LOUD);
        let retry = loud.policies.retry.expect("a retry");
        assert_eq!(retry.attempts, 5);
        assert_eq!(retry.backoff, Duration::from_millis(50));
        let cache = loud.cache.expect("a cache");
        assert_eq!(cache.ttl, Duration::from_secs(300));
        assert_eq!(cache.stale_if_error, None);
        assert_eq!(cache.stale_while_revalidate, Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_default_is_for_those_that_do_not_say_and_gives_way_where_it_does_not_fit() {
        let file = "[defaults]\nretry = 1\nmax_input = \"1KB\"\nattempt_timeout = \"4s\"\nhedge = \"2s\"\n";
        let settings = settings(file);
        let silent = settings.get(&SILENT);
        assert_eq!(silent.policies.retry, Some(Retry::new(2)));
        assert_eq!(silent.max_input, Some(1_000));
        assert_eq!(
            silent.policies.attempt_timeout,
            Some(Duration::from_secs(4))
        );
        // Three seconds in all leave no room for four, and room for two.
        let loud = settings.get(&LOUD);
        assert_eq!(loud.policies.retry.map(|retry| retry.attempts), Some(3));
        assert_eq!(loud.policies.attempt_timeout, None);
        assert_eq!(loud.policies.hedge, Some(Duration::from_secs(2)));
    }

    #[test]
    fn an_operation_that_is_not_on_the_list_has_its_annotation_and_the_defaults() {
        static STRANGER: Spec = Spec::new("stranger", &[]).hedge(20_000);
        let settings = settings("[defaults]\ntimeout = \"1s\"\nretry = 1\n");
        let stranger = settings.get(&STRANGER);
        assert_eq!(stranger.timeout, Duration::from_secs(1));
        assert_eq!(stranger.policies.retry, Some(Retry::new(2)));
        assert_eq!(stranger.policies.hedge, Some(Duration::from_secs(20)));
    }
}
