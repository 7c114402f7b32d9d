//! The plan of each operation: its effective settings and everything that calling its models needs, computed once.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use super::{
    effective::OperationSettings,
    settings::{AllSettings, Settings},
};
use crate::{
    InferenceError,
    backend::Backend,
    cache::ModelKey,
    operation::{CachePolicy, Model, Spec},
    policy::{ModelStates, PolicyGuards},
};

/// The maximum number of cached plans of unregistered operations, which were not created by `#[infer]`. Beyond it, a plan
/// is computed for each call.
const MAX_UNREGISTERED: usize = 1_024;

/// The effective settings of one operation.
pub(crate) struct Plan {
    pub(crate) spec: &'static Spec,
    pub(crate) models: Box<[Arc<PlannedModel>]>,
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<CachePolicy>,
    pub(crate) max_input: Option<usize>,
}

/// One model of one operation.
pub(crate) struct PlannedModel {
    pub(crate) model: Arc<Model>,
    /// The model's name in predictions.
    pub(crate) name: Arc<str>,
    /// The model's part of cache keys.
    pub(crate) key: ModelKey,
    /// The provider that ran the model first. It rarely changes.
    provider: OnceLock<Arc<str>>,
    /// `None` if no backend has this name.
    pub(super) backend: Option<Arc<dyn Backend>>,
    pub(crate) guards: PolicyGuards,
}

/// The plans of a program, found by the address of the operation's static.
pub(super) struct Plans {
    /// Sorted by address.
    registered: Box<[(usize, Arc<Plan>)]>,
    settings: AllSettings,
    /// The plans of operations that are not registered.
    unregistered: RwLock<HashMap<usize, Arc<Plan>>>,
}

impl Plans {
    pub(super) fn new(
        specs: &[&'static Spec],
        settings: AllSettings,
        backends: &HashMap<String, Arc<dyn Backend>>,
        states: &ModelStates,
    ) -> Self {
        let mut registered: Vec<_> = specs
            .iter()
            .map(|spec| {
                let plan = Plan::new(spec, &settings.get(spec), backends, states);
                (address(spec), Arc::new(plan))
            })
            .collect();
        registered.sort_by_key(|(address, _)| *address);
        Self {
            registered: registered.into(),
            settings,
            unregistered: RwLock::default(),
        }
    }

    pub(super) fn effective_settings(&self) -> &[OperationSettings] {
        self.settings.effective()
    }

    /// Returns the plan of an operation.
    pub(super) fn get(
        &self,
        spec: &'static Spec,
        backends: &HashMap<String, Arc<dyn Backend>>,
        states: &ModelStates,
    ) -> Arc<Plan> {
        let address = address(spec);
        let index = self
            .registered
            .binary_search_by_key(&address, |(address, _)| *address);
        if let Some((_, plan)) = index.ok().and_then(|index| self.registered.get(index)) {
            return Arc::clone(plan);
        }
        let unregistered = self
            .unregistered
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = unregistered.get(&address) {
            return Arc::clone(plan);
        }
        drop(unregistered);
        let plan = Arc::new(Plan::new(spec, &self.settings.get(spec), backends, states));
        let mut unregistered = self
            .unregistered
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if unregistered.len() < MAX_UNREGISTERED {
            unregistered.insert(address, Arc::clone(&plan));
        }
        plan
    }
}

impl PlannedModel {
    /// Adds the model to an error.
    pub(crate) fn label(&self, error: InferenceError) -> InferenceError {
        error.with_model(self.model.backend(), self.model.name())
    }

    /// The name of a provider that has run this model: the same text is held once, however many answers have it.
    pub(crate) fn provider(&self, name: String) -> Arc<str> {
        let first = self.provider.get_or_init(|| Arc::from(name.as_str()));
        if **first == *name {
            Arc::clone(first)
        } else {
            name.into()
        }
    }
}

impl Plan {
    fn new(
        spec: &'static Spec,
        settings: &Settings<'_>,
        backends: &HashMap<String, Arc<dyn Backend>>,
        states: &ModelStates,
    ) -> Self {
        let planned = |model: &Model| {
            let model = Arc::new(model.clone());
            Arc::new(PlannedModel {
                name: model.to_string().into(),
                key: ModelKey::new(spec.called_as(), &model),
                provider: OnceLock::new(),
                backend: backends.get(model.backend()).cloned(),
                guards: states.guards(spec.name(), &model, &settings.policies),
                model,
            })
        };
        Self {
            spec,
            models: settings.models.iter().map(planned).collect(),
            timeout: settings.timeout(),
            cache: settings.policies.cache,
            max_input: settings.policies.max_input,
        }
    }
}

fn address(spec: &'static Spec) -> usize {
    std::ptr::from_ref(spec).addr()
}
