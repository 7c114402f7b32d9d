//! The settings of each operation: configuration over annotation over defaults.

use std::time::Duration;

use inference_spec::{Fault, Key, Layer, Setting};

use super::{
    allowed,
    effective::{Layers, OperationSettings},
};
use crate::{
    config::{Changes, ConfigError, Operations},
    operation::{Model, Policies, Spec},
};

/// The default time limit of a prediction.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The settings of one operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) models: &'a [Model],
    pub(crate) policies: Policies,
}

/// The settings of every operation.
pub(crate) struct AllSettings {
    /// Sorted by address.
    registered: Box<[RegisteredSettings]>,
    defaults: Layer,
    /// Sorted by operation name.
    effective: Vec<OperationSettings>,
}

/// The settings of a registered operation, found by the address of its static.
struct RegisteredSettings {
    address: usize,
    policies: Policies,
    models: Option<Vec<Model>>,
    annotated: &'static [Model],
}

impl Settings<'_> {
    /// The time limit of the prediction.
    pub(crate) fn timeout(&self) -> Duration {
        self.policies.timeout.unwrap_or(TIMEOUT)
    }
}

impl AllSettings {
    /// Resolves the settings of these operations, and rejects those that cannot be combined.
    pub(super) fn new(
        specs: &[&'static Spec],
        operations: &Operations,
        defaults: &Changes,
    ) -> Result<Self, ConfigError> {
        operations.check(specs)?;
        check_conflicts(&defaults.layer, defaults)?;
        resolve(&defaults.layer, defaults)?;
        let mut builtin = Layer::new();
        builtin.timeout = Setting::Value(TIMEOUT);
        let configured = defaults;
        let defaults = builtin.replaced(&configured.layer);
        let mut effective = Vec::with_capacity(specs.len());
        let none = Changes::default();
        let mut registered = Vec::with_capacity(specs.len());
        for spec in specs {
            let changes = operations.get(spec.name()).unwrap_or(&none);
            let named = spec.layer().changed(&changes.layer);
            let all = defaults.replaced(spec.layer()).changed(&changes.layer);
            let fitting = all.fitting(&named);
            let policies = resolve(&fitting, changes)?;
            allowed::check(spec, changes, &policies)?;
            check_conflicts(&named, changes)?;
            let layers = Layers {
                spec,
                changes,
                defaults: configured,
                fitting: &fitting,
                policies: &policies,
            };
            effective.push(layers.effective());
            registered.push(RegisteredSettings {
                address: address(spec),
                policies,
                models: changes.models.clone(),
                annotated: spec.models(),
            });
        }
        registered.sort_by_key(|settings| settings.address);
        Ok(Self {
            registered: registered.into(),
            defaults,
            effective,
        })
    }

    pub(super) fn effective(&self) -> &[OperationSettings] {
        &self.effective
    }

    /// The settings of an operation.
    pub(crate) fn get(&self, spec: &'static Spec) -> Settings<'_> {
        let at = self
            .registered
            .binary_search_by_key(&address(spec), |settings| settings.address);
        match at.ok().and_then(|at| self.registered.get(at)) {
            Some(found) => Settings {
                models: found.models.as_deref().unwrap_or(found.annotated),
                policies: found.policies,
            },
            // Not created by `#[infer]`, so the configuration cannot change it. The settings of its builder are complete.
            None => Settings {
                models: spec.models(),
                policies: self
                    .defaults
                    .replaced(spec.layer())
                    .fitting(spec.layer())
                    .resolve()
                    .unwrap_or_default(),
            },
        }
    }
}

fn address(spec: &'static Spec) -> usize {
    std::ptr::from_ref(spec).addr()
}

/// Completes the policies of a layer.
fn resolve(layer: &Layer, changes: &Changes) -> Result<Policies, ConfigError> {
    let at = |fault: Fault<Key>| at_key(changes, fault.at.name(), &fault);
    layer.resolve().map_err(at)
}

/// Rejects conflicting times of which the configuration sets at least one. The macro has checked those of the annotation.
fn check_conflicts(layer: &Layer, changes: &Changes) -> Result<(), ConfigError> {
    for conflict in layer.conflicts() {
        let [longer, limit] = [conflict.longer, conflict.limit].map(|time| time.key().name());
        for key in [longer, limit] {
            if changes.origin(key).is_some() {
                let fault = Fault::new((), conflict.text(false), conflict.help(false));
                return Err(at_key(changes, key, &fault));
            }
        }
    }
    Ok(())
}

fn at_key<S>(changes: &Changes, key: &str, fault: &Fault<S>) -> ConfigError {
    let error = ConfigError::from(fault);
    match changes.origin(key) {
        Some(origin) => error.with_location(origin),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{config::Config, operation::Retry};

    static TUNED: Spec = Spec::new("tuned", &[])
        .cache(300_000)
        .stale_if_error(3_600_000)
        .client_control()
        .timeout(3_000)
        .retry(3, 50, 500);
    static PLAIN: Spec = Spec::new("plain", &[]);

    fn settings(file: &str) -> AllSettings {
        let config = Config::parse(file, Path::new("f")).expect(file);
        AllSettings::new(&[&TUNED, &PLAIN], &config.operations, &config.defaults).expect(file)
    }

    #[test]
    fn configured_ttl_keeps_the_stale_windows_of_the_annotation() {
        let settings = settings("[operations.tuned]\ncache = \"1m\"\n");
        let cache = settings.get(&TUNED).policies.cache.expect("a cache");
        assert_eq!(cache.ttl, Duration::from_secs(60));
        assert_eq!(cache.stale_if_error, Some(Duration::from_secs(3_600)));
        assert!(cache.client_control);
        assert!(settings.get(&PLAIN).policies.cache.is_none());
    }

    #[test]
    fn configured_table_changes_only_the_settings_it_names() {
        let file = "[operations.tuned]\nretry = { attempts = 5 }\ncache = { stale_if_error = false, stale_while_revalidate = \"1s\" }\n";
        let settings = settings(file);
        let tuned = settings.get(&TUNED);
        let retry = tuned.policies.retry.expect("a retry");
        assert_eq!(retry.attempts, 5);
        assert_eq!(retry.backoff, Duration::from_millis(50));
        let cache = tuned.policies.cache.expect("a cache");
        assert_eq!(cache.ttl, Duration::from_secs(300));
        assert_eq!(cache.stale_if_error, None);
        assert_eq!(cache.stale_while_revalidate, Some(Duration::from_secs(1)));
    }

    #[test]
    fn default_applies_where_unset_and_is_dropped_where_it_conflicts() {
        let file = "[defaults]\nretry = 1\nmax_input = \"1KB\"\nattempt_timeout = \"4s\"\n";
        let settings = settings(file);
        let plain = settings.get(&PLAIN);
        assert_eq!(plain.policies.retry, Some(Retry::new(2)));
        assert_eq!(plain.policies.max_input, Some(1_000));
        assert_eq!(plain.policies.attempt_timeout, Some(Duration::from_secs(4)));
        // The `timeout` of three seconds is shorter than four.
        let tuned = settings.get(&TUNED);
        assert_eq!(tuned.policies.retry.map(|retry| retry.attempts), Some(3));
        assert_eq!(tuned.policies.attempt_timeout, None);
    }

    #[test]
    fn unregistered_operation_has_its_annotation_and_the_defaults() {
        static UNREGISTERED: Spec = Spec::new("unregistered", &[]).attempt_timeout(20_000);
        let settings = settings("[defaults]\ntimeout = \"1s\"\nretry = 1\n");
        let unregistered = settings.get(&UNREGISTERED);
        assert_eq!(unregistered.timeout(), Duration::from_secs(1));
        assert_eq!(unregistered.policies.retry, Some(Retry::new(2)));
        assert_eq!(
            unregistered.policies.attempt_timeout,
            Some(Duration::from_secs(20))
        );
    }

    #[test]
    fn default_max_backoff_is_raised_to_a_configured_backoff() {
        static RETRIED: Spec = Spec::new("retried", &[]).retry(2, 0, 0);
        let file = "[defaults]\nretry = { max_backoff = \"1s\" }\n[operations.retried]\nretry = { backoff = \"5s\" }\n";
        let config = Config::parse(file, Path::new("f")).expect(file);
        let all = AllSettings::new(&[&RETRIED], &config.operations, &config.defaults).expect(file);
        let retry = all.get(&RETRIED).policies.retry.expect("a retry");
        assert_eq!(retry.attempts, 2);
        assert_eq!(
            [retry.backoff, retry.max_backoff],
            [Duration::from_secs(5); 2]
        );
    }
}
