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

/// The time for the whole prediction where none is set.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The settings of one operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) models: &'a [Model],
    pub(crate) policies: Policies,
}

/// The settings of every operation.
pub(crate) struct AllSettings {
    /// In the order of the addresses.
    known: Box<[Known]>,
    defaults: Layer,
    /// In the order of the names.
    effective: Vec<OperationSettings>,
}

struct Known {
    address: usize,
    policies: Policies,
    models: Option<Vec<Model>>,
    annotated: &'static [Model],
}

impl Settings<'_> {
    /// The time for the whole prediction.
    pub(crate) fn timeout(&self) -> Duration {
        self.policies.timeout.unwrap_or(TIMEOUT)
    }
}

impl AllSettings {
    /// Works out the settings of these operations, and refuses those that cannot be combined.
    pub(super) fn of(
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
        let mut known = Vec::with_capacity(specs.len());
        for spec in specs {
            let changes = operations.of(spec.name()).unwrap_or(&none);
            let named = spec.layer().changed(&changes.layer);
            let all = defaults.replaced(spec.layer()).changed(&changes.layer);
            let fitting = all.fitting(&named);
            let policies = resolve(&fitting, changes)?;
            allowed::check(spec, changes, &policies)?;
            check_conflicts(&named, changes)?;
            check_models(spec, changes)?;
            let layers = Layers {
                spec,
                changes,
                defaults: configured,
                fitting: &fitting,
                policies: &policies,
            };
            effective.push(layers.effective());
            known.push(Known {
                address: address(spec),
                policies,
                models: changes.models.clone(),
                annotated: spec.models(),
            });
        }
        known.sort_by_key(|known| known.address);
        Ok(Self {
            known: known.into(),
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
            .known
            .binary_search_by_key(&address(spec), |known| known.address);
        match at.ok().and_then(|at| self.known.get(at)) {
            Some(known) => Settings {
                models: known.models.as_deref().unwrap_or(known.annotated),
                policies: known.policies,
            },
            // Not made by `#[infer]`: the configuration cannot know it. What its builder sets is complete.
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

/// The policies of a layer, each of them complete.
fn resolve(layer: &Layer, changes: &Changes) -> Result<Policies, ConfigError> {
    let at = |fault: Fault<Key>| at_key(changes, fault.at.name(), &fault);
    layer.resolve().map_err(at)
}

/// Refuses times of which the configuration sets at least one. The macro has checked those of the annotation.
fn check_conflicts(layer: &Layer, changes: &Changes) -> Result<(), ConfigError> {
    for conflict in layer.conflicts() {
        let [longer, limit] = [conflict.longer, conflict.limit].map(|time| time.key().name());
        for key in [longer, limit] {
            if changes.place(key).is_some() {
                let fault = Fault::new((), conflict.text(false), conflict.help(false));
                return Err(at_key(changes, key, &fault));
            }
        }
    }
    Ok(())
}

/// Refuses configured models that cannot be called for the operation's task.
fn check_models(spec: &Spec, changes: &Changes) -> Result<(), ConfigError> {
    for model in changes.models.iter().flatten() {
        let served = model.reference().check_task(spec.task(), spec.asked_as());
        served.map_err(|error| at_key(changes, "model", &error.at(())))?;
    }
    Ok(())
}

fn at_key<S>(changes: &Changes, key: &str, fault: &Fault<S>) -> ConfigError {
    let error = ConfigError::from(fault);
    match changes.place(key) {
        Some(place) => error.within(place),
        None => error,
    }
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
        let cache = settings.get(&LOUD).policies.cache.expect("a cache");
        assert_eq!(cache.ttl, Duration::from_secs(60));
        assert_eq!(cache.stale_if_error, Some(Duration::from_secs(3_600)));
        assert!(cache.client_control);
        assert!(settings.get(&SILENT).policies.cache.is_none());
    }

    #[test]
    fn a_table_changes_what_it_names() {
        let file = "[operations.loud]\nretry = { attempts = 5 }\ncache = { stale_if_error = false, stale_while_revalidate = \"1s\" }\n";
        let settings = settings(file);
        let loud = settings.get(&LOUD);
        let retry = loud.policies.retry.expect("a retry");
        assert_eq!(retry.attempts, 5);
        assert_eq!(retry.backoff, Duration::from_millis(50));
        let cache = loud.policies.cache.expect("a cache");
        assert_eq!(cache.ttl, Duration::from_secs(300));
        assert_eq!(cache.stale_if_error, None);
        assert_eq!(cache.stale_while_revalidate, Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_default_is_for_those_that_do_not_say_and_gives_way_where_it_does_not_fit() {
        let file = "[defaults]\nretry = 1\nmax_input = \"1KB\"\nattempt_timeout = \"4s\"\n";
        let settings = settings(file);
        let silent = settings.get(&SILENT);
        assert_eq!(silent.policies.retry, Some(Retry::new(2)));
        assert_eq!(silent.policies.max_input, Some(1_000));
        assert_eq!(
            silent.policies.attempt_timeout,
            Some(Duration::from_secs(4))
        );
        // Three seconds in all leave no room for four.
        let loud = settings.get(&LOUD);
        assert_eq!(loud.policies.retry.map(|retry| retry.attempts), Some(3));
        assert_eq!(loud.policies.attempt_timeout, None);
    }

    #[test]
    fn an_operation_that_is_not_on_the_list_has_its_annotation_and_the_defaults() {
        static STRANGER: Spec = Spec::new("stranger", &[]).attempt_timeout(20_000);
        let settings = settings("[defaults]\ntimeout = \"1s\"\nretry = 1\n");
        let stranger = settings.get(&STRANGER);
        assert_eq!(stranger.timeout(), Duration::from_secs(1));
        assert_eq!(stranger.policies.retry, Some(Retry::new(2)));
        assert_eq!(
            stranger.policies.attempt_timeout,
            Some(Duration::from_secs(20))
        );
    }
    #[test]
    fn a_wait_that_is_not_named_makes_room_for_one_that_is() {
        static RETRIED: Spec = Spec::new("retried", &[]).retry(2, 0, 0);
        let file = "[defaults]\nretry = { max_backoff = \"1s\" }\n[operations.retried]\nretry = { backoff = \"5s\" }\n";
        let config = Config::parse(file, Path::new("f")).expect(file);
        let all = AllSettings::of(&[&RETRIED], &config.operations, &config.defaults).expect(file);
        let retry = all.get(&RETRIED).policies.retry.expect("a retry");
        assert_eq!(retry.attempts, 2);
        assert_eq!(
            [retry.backoff, retry.max_backoff],
            [Duration::from_secs(5); 2]
        );
    }

    #[test]
    fn a_configured_model_must_serve_the_task() {
        static TASKED: Spec = Spec::new("tasked", &[]).with_task("summarization", "summarization");
        for (model, words) in [
            (
                "local::sentiment",
                "f:2: `local::sentiment` does not serve `summarization`",
            ),
            (
                "org/name:groq",
                "f:2: `groq` does not serve `summarization`; help: `:hf-inference` does",
            ),
        ] {
            let file = format!("[operations.tasked]\nmodel = \"{model}\"\n");
            let config = Config::parse(&file, Path::new("f")).expect(&file);
            let Err(error) = AllSettings::of(&[&TASKED], &config.operations, &config.defaults)
            else {
                panic!("{model} is accepted");
            };
            assert!(error.to_string().starts_with(words), "{error}");
        }
    }
}
