use std::{
    any::Any,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::Instant;

use super::Validated;
use crate::task::Task;

/// An answer as it is kept: only ever a model's own, decoded and checked.
///
/// Cheap to clone. Inside the process it holds the typed value, so that a hit decodes nothing.
#[derive(Clone)]
pub struct Entry(Arc<Inner>);

struct Inner {
    /// Made of `encoded` when it is first asked for, where another process wrote the entry.
    value: OnceLock<Box<dyn Any + Send + Sync>>,
    encoded: Bytes,
    origin: EntryOrigin,
    /// How old it was when this process got it.
    age_then: Duration,
    since: Instant,
}

/// Where a kept answer came from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EntryOrigin {
    // Shared: every hit tells of them.
    pub(crate) model: Arc<str>,
    pub(crate) provider: Option<Arc<str>>,
    pub(crate) usage: Option<crate::backend::Usage>,
}

impl Entry {
    /// An answer that a model has just given.
    pub(super) fn fresh<T: Task>(answer: Validated<T>) -> Option<Self> {
        let (output, origin) = answer.into_parts();
        let encoded = serde_json::to_vec(&output).ok()?.into();
        Some(Self(Arc::new(Inner {
            value: OnceLock::from(Box::new(output) as Box<dyn Any + Send + Sync>),
            encoded,
            origin,
            age_then: Duration::ZERO,
            since: Instant::now(),
        })))
    }

    /// An answer that another process kept, or this one before it was started again.
    pub(super) fn kept(json: Bytes, origin: EntryOrigin, age: Duration) -> Self {
        Self(Arc::new(Inner {
            value: OnceLock::new(),
            encoded: json,
            origin,
            age_then: age,
            since: Instant::now(),
        }))
    }

    /// The output, if it is one of this task.
    pub(crate) fn output<T: Task>(&self) -> Option<T::Output> {
        if let Some(value) = self.0.value.get() {
            return value.downcast_ref::<T::Output>().cloned();
        }
        let output: T::Output = serde_json::from_slice(&self.0.encoded).ok()?;
        // Another request may have been faster: its value is the same.
        let _ = self.0.value.set(Box::new(output.clone()));
        Some(output)
    }

    pub(crate) fn origin(&self) -> &EntryOrigin {
        &self.0.origin
    }

    /// The answer as JSON.
    pub(super) fn json(&self) -> &[u8] {
        &self.0.encoded
    }

    /// Whether both are the same one, and not just alike.
    #[cfg(feature = "disk")]
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How long ago the model gave this answer.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.0.age_then.saturating_add(self.0.since.elapsed())
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
