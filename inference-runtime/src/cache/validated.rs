use super::{Entry, EntryOrigin};
use crate::task::Task;

/// An answer that a model has just given, and that has been read and found to be of use.
///
/// The one thing that can be kept: neither a fallback nor an entry out of a store can become one, since only the code
/// that asks a model makes it.
pub(crate) struct Validated<T: Task> {
    output: T::Output,
    origin: EntryOrigin,
}

// Not derived: that would ask it of the task.
impl<T: Task> Clone for Validated<T> {
    fn clone(&self) -> Self {
        Self {
            output: self.output.clone(),
            origin: self.origin.clone(),
        }
    }
}

/// An entry on its way into a store for the first time.
#[derive(Clone)]
pub(crate) struct Fresh(Entry);

impl<T: Task> Validated<T> {
    /// For the code that asks models, and for no other.
    pub(crate) fn by_model(output: T::Output, origin: EntryOrigin) -> Self {
        Self { output, origin }
    }

    pub(crate) fn into_parts(self) -> (T::Output, EntryOrigin) {
        (self.output, self.origin)
    }

    /// The answer as it is kept; `None` where it cannot be written as JSON.
    pub(crate) fn into_entry(self) -> Option<Fresh> {
        Entry::fresh(self).map(Fresh)
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
