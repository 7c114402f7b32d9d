use std::{
    any::Any,
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use serde::Serialize;
use tokio::time::Instant;

use super::Validated;
use crate::{answer::EntryOrigin, task::Task};

/// A cached answer: always a model's own, decoded and validated.
///
/// Cheap to clone. Within the process it holds the typed value, so that a hit decodes nothing; stores that keep bytes
/// write it as JSON.
#[derive(Clone)]
pub struct Entry(Arc<Inner>);

struct Inner {
    /// The typed output. Decoded from `json` on first use if the entry was read from bytes.
    value: OnceLock<Arc<dyn Any + Send + Sync>>,
    json: Json,
    origin: Arc<EntryOrigin>,
    /// The age of the answer at `created`.
    initial_age: Duration,
    created: Instant,
}

/// The answer as JSON.
enum Json {
    /// Read from a store.
    Encoded(Bytes),
    /// Encoded by this function on demand.
    Lazy(Write),
}

type Write = fn(&(dyn Any + Send + Sync), &mut dyn io::Write) -> io::Result<()>;

impl Entry {
    /// Creates the entry of an answer that a model has just given.
    pub(super) fn from_validated<T: Task>(answer: Validated<T>) -> Self {
        let (output, origin) = answer.into_parts();
        Self(Arc::new(Inner {
            value: OnceLock::from(output as Arc<dyn Any + Send + Sync>),
            json: Json::Lazy(write::<T::Output>),
            origin,
            initial_age: Duration::ZERO,
            created: Instant::now(),
        }))
    }

    /// Creates the entry of an answer read from a store: written by another process, or by this one before a restart.
    pub(super) fn from_stored(json: Bytes, origin: EntryOrigin, age: Duration) -> Self {
        Self(Arc::new(Inner {
            value: OnceLock::new(),
            json: Json::Encoded(json),
            origin: Arc::new(origin),
            initial_age: age,
            created: Instant::now(),
        }))
    }

    /// Creates an entry with this output, for the tests of a store. The entries that the runtime stores are outputs of
    /// models; a store returns the entries that it was given and creates none.
    #[must_use]
    pub fn for_test(output: &serde_json::Value) -> Self {
        let origin = EntryOrigin {
            model: Arc::from("test"),
            provider: None,
            usage: None,
        };
        Self::from_stored(output.to_string().into(), origin, Duration::ZERO)
    }

    /// Returns the output, if it has this task's output type.
    pub(crate) fn output<T: Task>(&self) -> Option<Arc<T::Output>> {
        if let Some(value) = self.0.value.get() {
            return Arc::clone(value).downcast().ok();
        }
        let Json::Encoded(json) = &self.0.json else {
            return None;
        };
        let output: Arc<T::Output> = Arc::new(serde_json::from_slice(json).ok()?);
        // Another request may have set it first: the value is the same.
        let _ = self
            .0
            .value
            .set(Arc::clone(&output) as Arc<dyn Any + Send + Sync>);
        Some(output)
    }

    pub(crate) fn origin(&self) -> &Arc<EntryOrigin> {
        &self.0.origin
    }

    /// Returns the answer as JSON; `None` if it cannot be written as JSON.
    pub(super) fn json(&self) -> Option<Bytes> {
        match (&self.0.json, self.0.value.get()) {
            (Json::Encoded(json), _) => Some(json.clone()),
            (Json::Lazy(write), Some(value)) => {
                let mut json = Vec::new();
                write(&**value, &mut json).ok()?;
                Some(json.into())
            }
            (Json::Lazy(_), None) => None,
        }
    }

    /// Whether both are the same allocation.
    #[cfg(feature = "disk")]
    pub(super) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns how long ago the model gave this answer.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.age_at(Instant::now())
    }

    /// Like [`age`](Self::age), for callers that already have the current time.
    pub(crate) fn age_at(&self, now: Instant) -> Duration {
        let in_process = now.saturating_duration_since(self.0.created);
        self.0.initial_age.saturating_add(in_process)
    }

    /// Returns the size in bytes of the answer as JSON. Stores are bounded by it.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.0.json {
            Json::Encoded(json) => json.len(),
            Json::Lazy(write) => {
                let mut counter = ByteCounter(0);
                let value = self.0.value.get();
                // A value that cannot be written is too large for every store.
                match value.map(|value| write(&**value, &mut counter)) {
                    Some(Ok(())) => counter.0,
                    _ => usize::MAX,
                }
            }
        }
    }
}

fn write<O: Serialize + 'static>(
    value: &(dyn Any + Send + Sync),
    to: &mut dyn io::Write,
) -> io::Result<()> {
    // The value was stored together with this function, so the type matches.
    let value: Option<&O> = value.downcast_ref();
    serde_json::to_writer(to, &value).map_err(io::Error::from)
}

/// Counts the bytes written to it.
struct ByteCounter(usize);

impl io::Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
