//! Events that are logged once per backend rather than once per request.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

/// The names of backends for which an event has been logged. Bounded by the program and its configuration.
#[derive(Debug, Default)]
pub(super) struct LogOnce(RwLock<HashSet<String>>);

impl LogOnce {
    /// Returns whether this is the first time for the backend.
    pub(super) fn insert(&self, backend: &str) -> bool {
        let logged = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if logged.contains(backend) {
            return false;
        }
        drop(logged);
        let mut logged = self.0.write().unwrap_or_else(PoisonError::into_inner);
        logged.insert(backend.to_owned())
    }
}
