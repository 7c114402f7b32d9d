//! What is remembered of each model between calls, and what of it one operation's policies need.

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

/// The models that have been asked under a policy. There are as many as the program and its configuration name.
#[derive(Default)]
pub(crate) struct States(RwLock<HashMap<Model, Arc<State>>>);

/// What one operation's policies need of what is remembered of a model.
pub(crate) struct Guards {
    state: Arc<State>,
    pub(super) places: Option<Arc<ConcurrencyLimiter>>,
    pub(super) rate: Option<Arc<RateLimiter>>,
}

/// What is remembered of one model. Operations that set it the same limit share it.
#[derive(Default)]
struct State {
    breaker: Breaker,
    places: RwLock<Vec<(NonZeroU32, Arc<ConcurrencyLimiter>)>>,
    rates: RwLock<Vec<(RateLimit, Option<Arc<RateLimiter>>)>>,
}

impl States {
    /// What these policies need to ask this model.
    pub(crate) fn guards(&self, model: &Model, policies: &Policies) -> Guards {
        let state = self.of(model);
        Guards {
            places: policies.concurrency.map(|calls| state.places(calls)),
            rate: policies.rate_limit.and_then(|limit| state.rate(limit)),
            state,
        }
    }

    fn of(&self, model: &Model) -> Arc<State> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = known.get(model) {
            return Arc::clone(state);
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(model.clone()).or_default())
    }
}

impl Guards {
    pub(super) fn breaker(&self) -> &Breaker {
        &self.state.breaker
    }
}

impl State {
    fn places(&self, calls: NonZeroU32) -> Arc<ConcurrencyLimiter> {
        find_or_add(&self.places, &calls, || {
            Arc::new(ConcurrencyLimiter::new(calls))
        })
    }

    fn rate(&self, limit: RateLimit) -> Option<Arc<RateLimiter>> {
        find_or_add(&self.rates, &limit, || {
            RateLimiter::new(limit).map(Arc::new)
        })
    }
}

/// The value under this limit. There are few: a list is faster than a map.
fn find_or_add<L: Copy + PartialEq, V: Clone>(
    list: &RwLock<Vec<(L, V)>>,
    limit: &L,
    make: impl FnOnce() -> V,
) -> V {
    let find = |known: &[(L, V)]| {
        let found = known.iter().find(|(other, _)| other == limit);
        found.map(|(_, value)| value.clone())
    };
    if let Some(value) = find(&list.read().unwrap_or_else(PoisonError::into_inner)) {
        return value;
    }
    let mut known = list.write().unwrap_or_else(PoisonError::into_inner);
    // Another call may have been faster.
    find(&known).unwrap_or_else(|| {
        let value = make();
        known.push((*limit, value.clone()));
        value
    })
}
