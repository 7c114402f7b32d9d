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

/// An answer as it is kept: only ever a model's own, decoded and checked.
///
/// Cheap to clone. Inside the process it holds the typed value, so that a hit decodes nothing; it is written as JSON
/// where a store keeps bytes.
#[derive(Clone)]
pub struct Entry(Arc<Inner>);

struct Inner {
    /// Made of `json` when it is first asked for, where another process wrote the entry.
    value: OnceLock<Arc<dyn Any + Send + Sync>>,
    json: Json,
    origin: Arc<EntryOrigin>,
    /// How old it was when this process got it.
    age_then: Duration,
    since: Instant,
}

/// The answer as JSON.
enum Json {
    /// As another process wrote it.
    Written(Bytes),
    /// To be written by this function when somebody wants it.
    Unwritten(Write),
}

type Write = fn(&(dyn Any + Send + Sync), &mut dyn io::Write) -> io::Result<()>;

impl Entry {
    /// An answer that a model has just given.
    pub(super) fn fresh<T: Task>(answer: Validated<T>) -> Self {
        let (output, origin) = answer.into_parts();
        Self(Arc::new(Inner {
            value: OnceLock::from(output as Arc<dyn Any + Send + Sync>),
            json: Json::Unwritten(write::<T::Output>),
            origin,
            age_then: Duration::ZERO,
            since: Instant::now(),
        }))
    }

    /// An answer that another process kept, or this one before it was started again.
    pub(super) fn kept(json: Bytes, origin: EntryOrigin, age: Duration) -> Self {
        Self(Arc::new(Inner {
            value: OnceLock::new(),
            json: Json::Written(json),
            origin: Arc::new(origin),
            age_then: age,
            since: Instant::now(),
        }))
    }

    /// Creates an entry with this output, for the tests of a store. The entries that the runtime stores are answers of
    /// models; a store returns those it was given and makes none.
    #[must_use]
    pub fn for_test(output: &serde_json::Value) -> Self {
        let origin = EntryOrigin {
            model: Arc::from("test"),
            provider: None,
            usage: None,
        };
        Self::kept(output.to_string().into(), origin, Duration::ZERO)
    }

    /// The output, if it is one of this task.
    pub(crate) fn output<T: Task>(&self) -> Option<Arc<T::Output>> {
        if let Some(value) = self.0.value.get() {
            return Arc::clone(value).downcast().ok();
        }
        let Json::Written(json) = &self.0.json else {
            return None;
        };
        let output: Arc<T::Output> = Arc::new(serde_json::from_slice(json).ok()?);
        // Another request may have been faster: its value is the same.
        let _ = self
            .0
            .value
            .set(Arc::clone(&output) as Arc<dyn Any + Send + Sync>);
        Some(output)
    }

    pub(crate) fn origin(&self) -> &Arc<EntryOrigin> {
        &self.0.origin
    }

    /// The answer as JSON; `None` where it has no such form.
    pub(super) fn json(&self) -> Option<Bytes> {
        match (&self.0.json, self.0.value.get()) {
            (Json::Written(json), _) => Some(json.clone()),
            (Json::Unwritten(write), Some(value)) => {
                let mut json = Vec::new();
                write(&**value, &mut json).ok()?;
                Some(json.into())
            }
            (Json::Unwritten(_), None) => None,
        }
    }

    /// Whether both are the same one, and not just alike.
    #[cfg(feature = "disk")]
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// How long ago the model gave this answer.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.age_at(Instant::now())
    }

    /// The same for who has looked at the clock already.
    pub(crate) fn age_at(&self, now: Instant) -> Duration {
        let here = now.saturating_duration_since(self.0.since);
        self.0.age_then.saturating_add(here)
    }

    /// The size in bytes by which stores are bounded: of the answer as JSON.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.0.json {
            Json::Written(json) => json.len(),
            Json::Unwritten(write) => {
                let mut counted = Counted(0);
                let value = self.0.value.get();
                // What cannot be written is too large for every store.
                match value.map(|value| write(&**value, &mut counted)) {
                    Some(Ok(())) => counted.0,
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
    // It was put there together with this function.
    let value: Option<&O> = value.downcast_ref();
    serde_json::to_writer(to, &value).map_err(io::Error::from)
}

/// Counts what is written.
struct Counted(usize);

impl io::Write for Counted {
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
