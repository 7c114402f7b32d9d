use std::sync::Arc;

use super::Entry;
use crate::{answer::EntryOrigin, task::Task};

/// An answer that a model has just given, and that has been read and found to be of use.
///
/// The one thing that can be kept: neither a fallback nor an entry out of a store can become one, since only the code
/// that asks a model makes it.
pub(crate) struct Validated<T: Task> {
    output: Arc<T::Output>,
    origin: Arc<EntryOrigin>,
}

// Not derived: that would ask it of the task.
impl<T: Task> Clone for Validated<T> {
    fn clone(&self) -> Self {
        Self {
            output: Arc::clone(&self.output),
            origin: Arc::clone(&self.origin),
        }
    }
}

/// An entry on its way into a store for the first time.
#[derive(Clone)]
pub(crate) struct Fresh(Entry);

impl<T: Task> Validated<T> {
    /// For the code that asks models, and for no other.
    pub(crate) fn by_model(output: T::Output, origin: EntryOrigin) -> Self {
        Self {
            output: Arc::new(output),
            origin: Arc::new(origin),
        }
    }

    pub(crate) fn into_parts(self) -> (Arc<T::Output>, Arc<EntryOrigin>) {
        (self.output, self.origin)
    }

    /// The answer as it is kept.
    pub(crate) fn into_entry(self) -> Fresh {
        Fresh(Entry::fresh(self))
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
