use std::{any::Any, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::time::Instant;

use crate::{backend::Usage, task::Task};

/// An answer as it is kept: only ever a model's own, decoded and checked.
///
/// Cheap to clone. Inside the process it holds the typed value, so that a hit decodes nothing.
#[derive(Clone)]
pub struct Entry(Arc<Inner>);

struct Inner {
    value: Box<dyn Any + Send + Sync>,
    encoded: Bytes,
    origin: EntryOrigin,
    stored_at: Instant,
}

/// Where a kept answer came from.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryOrigin {
    pub(crate) model: String,
    pub(crate) provider: Option<String>,
    pub(crate) usage: Option<Usage>,
}

impl Entry {
    /// Keeps a validated output of a task.
    pub(crate) fn new<T: Task>(output: T::Output, origin: EntryOrigin) -> Option<Self> {
        let encoded = serde_json::to_vec(&output).ok()?.into();
        Some(Self(Arc::new(Inner {
            value: Box::new(output),
            encoded,
            origin,
            stored_at: Instant::now(),
        })))
    }

    /// The output, if it is one of this task.
    pub(crate) fn output<T: Task>(&self) -> Option<T::Output> {
        self.0.value.downcast_ref::<T::Output>().cloned()
    }

    pub(crate) fn origin(&self) -> &EntryOrigin {
        &self.0.origin
    }

    /// How long ago the model gave this answer.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.0.stored_at.elapsed()
    }

    /// The size in bytes by which stores are bounded: of the answer as JSON.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.encoded.len()
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("origin", &self.0.origin)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
