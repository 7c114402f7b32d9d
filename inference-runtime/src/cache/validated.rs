use std::sync::Arc;

use super::Entry;
use crate::{answer::EntryOrigin, task::Task};

/// An answer that a model has just given, decoded and validated.
///
/// Only this can become an [`Entry`]. Neither a fallback nor an entry read from a store can become one, since only the
/// code that calls models creates it.
pub(crate) struct Validated<T: Task> {
    output: Arc<T::Output>,
    origin: Arc<EntryOrigin>,
}

// Not derived: the derive would add a `T: Clone` bound.
impl<T: Task> Clone for Validated<T> {
    fn clone(&self) -> Self {
        Self {
            output: Arc::clone(&self.output),
            origin: Arc::clone(&self.origin),
        }
    }
}

/// An entry that has not been stored yet.
#[derive(Clone)]
pub(crate) struct Fresh(Entry);

impl<T: Task> Validated<T> {
    /// Wraps a model's answer. Only the code that calls models may use this.
    pub(crate) fn from_model(output: T::Output, origin: EntryOrigin) -> Self {
        Self {
            output: Arc::new(output),
            origin: Arc::new(origin),
        }
    }

    pub(crate) fn into_parts(self) -> (Arc<T::Output>, Arc<EntryOrigin>) {
        (self.output, self.origin)
    }

    /// Converts the answer to an entry.
    pub(crate) fn into_entry(self) -> Fresh {
        Fresh(Entry::from_validated(self))
    }
}

impl Fresh {
    pub(crate) fn entry(&self) -> &Entry {
        &self.0
    }

    pub(crate) fn into_entry(self) -> Entry {
        self.0
    }
}
