//! The state of policies per model, shared by operations.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    breaker::Breaker,
    limiter::{ConcurrencyLimiter, RateLimiter},
};
use crate::operation::{Model, Policies, RateLimit};

/// The policy state of every model. Bounded by the models that the program and its configuration name.
#[derive(Default)]
pub(crate) struct ModelStates(RwLock<HashMap<Model, Arc<ModelState>>>);

/// The policies of one operation for its calls to a model, with the breaker and the limiters that apply to them.
pub(crate) struct PolicyGuards {
    pub(super) operation: &'static str,
    pub(super) model: Arc<Model>,
    pub(super) policies: Policies,
    /// Whether any policy applies to a call, and not only to the whole prediction.
    pub(super) guard_calls: bool,
    pub(super) concurrency: Option<Arc<ConcurrencyLimiter>>,
    pub(super) rate: Option<Arc<RateLimiter>>,
    state: Arc<ModelState>,
}

/// The policy state of one model. Operations with the same limit share its limiter.
#[derive(Default)]
struct ModelState {
    breaker: Breaker,
    concurrency: RwLock<Vec<(NonZeroU32, Arc<ConcurrencyLimiter>)>>,
    rates: RwLock<Vec<(RateLimit, Option<Arc<RateLimiter>>)>>,
}

impl ModelStates {
    /// Returns the guards of an operation's calls to this model.
    pub(crate) fn guards(
        &self,
        operation: &'static str,
        model: &Arc<Model>,
        policies: &Policies,
    ) -> PolicyGuards {
        let state = self.get_or_insert(model);
        PolicyGuards {
            operation,
            model: Arc::clone(model),
            policies: *policies,
            guard_calls: policies.guard_calls(),
            concurrency: policies.concurrency.map(|calls| state.concurrency(calls)),
            rate: policies.rate_limit.and_then(|limit| state.rate(limit)),
            state,
        }
    }

    fn get_or_insert(&self, model: &Model) -> Arc<ModelState> {
        let states = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = states.get(model) {
            return Arc::clone(state);
        }
        drop(states);
        let mut states = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(states.entry(model.clone()).or_default())
    }
}

impl PolicyGuards {
    pub(super) fn breaker(&self) -> &Breaker {
        &self.state.breaker
    }
}

impl ModelState {
    fn concurrency(&self, calls: NonZeroU32) -> Arc<ConcurrencyLimiter> {
        get_or_insert_with(&self.concurrency, &calls, || {
            Arc::new(ConcurrencyLimiter::new(calls))
        })
    }

    fn rate(&self, limit: RateLimit) -> Option<Arc<RateLimiter>> {
        get_or_insert_with(&self.rates, &limit, || {
            RateLimiter::new(limit).map(Arc::new)
        })
    }
}

/// Returns the limiter of this limit. There are few, so that a list is faster than a map.
fn get_or_insert_with<L: Copy + PartialEq, V: Clone>(
    list: &RwLock<Vec<(L, V)>>,
    limit: &L,
    new: impl FnOnce() -> V,
) -> V {
    let find = |limiters: &[(L, V)]| {
        let found = limiters.iter().find(|(other, _)| other == limit);
        found.map(|(_, value)| value.clone())
    };
    if let Some(value) = find(&list.read().unwrap_or_else(PoisonError::into_inner)) {
        return value;
    }
    let mut limiters = list.write().unwrap_or_else(PoisonError::into_inner);
    // Another call may have inserted it in the meantime.
    find(&limiters).unwrap_or_else(|| {
        let value = new();
        limiters.push((*limit, value.clone()));
        value
    })
}
