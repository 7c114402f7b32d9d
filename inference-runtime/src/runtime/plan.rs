//! Each operation's plan: what holds for it, and all that asking its models needs, worked out once.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use super::settings::{AllSettings, Settings};
use crate::{
    backend::Backend,
    cache::ModelKey,
    operation::{CachePolicy, Model, Policies, Spec},
    policy::{Guards, States},
};

/// So many operations that no `#[infer]` has made are remembered; the plans of more are made for each call.
const MAX_STRANGERS: usize = 1_024;

/// What holds for one operation.
pub(crate) struct Plan {
    pub(crate) spec: &'static Spec,
    pub(crate) models: Box<[Arc<PlannedModel>]>,
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<CachePolicy>,
    pub(crate) policies: Policies,
    pub(crate) max_input: Option<usize>,
}

/// One model of one operation.
pub(crate) struct PlannedModel {
    pub(crate) model: Arc<Model>,
    /// As it is written into predictions.
    pub(crate) name: Arc<str>,
    /// Its part of the keys of its answers.
    pub(crate) key: ModelKey,
    /// The provider that ran it the first time: nearly always it is the same.
    provider: OnceLock<Arc<str>>,
    /// None where no backend has this name.
    pub(super) backend: Option<Arc<dyn Backend>>,
    pub(crate) guards: Guards,
}

/// The plans of a program: a request finds its own by the place of its operation in memory.
pub(super) struct Plans {
    /// In the order of the addresses.
    known: Box<[(usize, Arc<Plan>)]>,
    settings: AllSettings,
    /// Of operations that are not on the program's list.
    strangers: RwLock<HashMap<usize, Arc<Plan>>>,
}

impl Plans {
    pub(super) fn of(
        specs: &[&'static Spec],
        settings: AllSettings,
        backends: &HashMap<String, Arc<dyn Backend>>,
        states: &States,
    ) -> Self {
        let mut known: Vec<_> = specs
            .iter()
            .map(|spec| {
                let plan = Plan::of(spec, &settings.get(spec), backends, states);
                (address(spec), Arc::new(plan))
            })
            .collect();
        known.sort_by_key(|(address, _)| *address);
        Self {
            known: known.into(),
            settings,
            strangers: RwLock::default(),
        }
    }

    /// The plan of an operation.
    pub(super) fn get(
        &self,
        spec: &'static Spec,
        backends: &HashMap<String, Arc<dyn Backend>>,
        states: &States,
    ) -> Arc<Plan> {
        let address = address(spec);
        let at = self
            .known
            .binary_search_by_key(&address, |(known, _)| *known);
        if let Some((_, plan)) = at.ok().and_then(|at| self.known.get(at)) {
            return Arc::clone(plan);
        }
        let strangers = self
            .strangers
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = strangers.get(&address) {
            return Arc::clone(plan);
        }
        drop(strangers);
        let plan = Arc::new(Plan::of(spec, &self.settings.get(spec), backends, states));
        let mut strangers = self
            .strangers
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if strangers.len() < MAX_STRANGERS {
            strangers.insert(address, Arc::clone(&plan));
        }
        plan
    }
}

impl PlannedModel {
    /// The name of a provider that has run this model: the same text is held once, however many answers have it.
    pub(crate) fn provider(&self, name: String) -> Arc<str> {
        let known = self.provider.get_or_init(|| Arc::from(name.as_str()));
        if **known == *name {
            Arc::clone(known)
        } else {
            name.into()
        }
    }
}

impl Plan {
    fn of(
        spec: &'static Spec,
        settings: &Settings<'_>,
        backends: &HashMap<String, Arc<dyn Backend>>,
        states: &States,
    ) -> Self {
        let served = |model: &Model| {
            Arc::new(PlannedModel {
                name: model.to_string().into(),
                key: ModelKey::of(spec.asked_as(), model),
                provider: OnceLock::new(),
                backend: backends.get(model.backend()).cloned(),
                guards: states.guards(model, &settings.policies),
                model: Arc::new(model.clone()),
            })
        };
        Self {
            spec,
            models: settings.models.iter().map(served).collect(),
            timeout: settings.timeout(),
            cache: settings.policies.cache,
            policies: settings.policies,
            max_input: settings.policies.max_input,
        }
    }
}

fn address(spec: &'static Spec) -> usize {
    std::ptr::from_ref(spec).addr()
}
