//! What the log has been told already, and is not told again with every request.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

/// Backends by their names. There are as many as the program and its configuration name.
#[derive(Debug, Default)]
pub(super) struct LogOnce(RwLock<HashSet<String>>);

impl LogOnce {
    /// Whether this is the first that is heard of it.
    pub(super) fn insert(&self, backend: &str) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if known.contains(backend) {
            return false;
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(backend.to_owned())
    }
}
