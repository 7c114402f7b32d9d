//! The cache entry of one model's answer to one call.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    ResolvedCall,
    freshness::{Freshness, stale_if_error},
};
use crate::{
    Inference,
    answer::{Answered, EntryOrigin, Source},
    cache::{Entry, Key, Validated},
    operation::CachePolicy,
    runtime::PlannedModel,
    task::Task,
};

/// The key of one model's answer to one call, and the policy of its entry.
#[derive(Clone, Copy)]
pub(super) struct CacheSlot {
    pub(super) key: Key,
    pub(super) policy: CachePolicy,
    /// The start of a call that does not read the cache: older entries are not used.
    not_before: Option<Instant>,
}

/// An entry of the right type.
pub(super) struct CachedAnswer<T: Task> {
    output: Arc<T::Output>,
    entry: Entry,
    pub(super) freshness: Freshness,
    /// Its age when it was found.
    pub(super) age: Duration,
    found: Instant,
}

/// An entry with its age.
struct DatedEntry {
    entry: Entry,
    freshness: Freshness,
    age: Duration,
    now: Instant,
}

/// Stale entries usable under `stale_if_error`, in the order of the models.
pub(super) struct StaleCandidates<T: Task>(Vec<(CachedAnswer<T>, CacheSlot)>);

impl CacheSlot {
    /// The slot of this model's answer, if answers are cached.
    pub(super) fn new<T: Task>(call: &ResolvedCall<T>, planned: &PlannedModel) -> Option<Self> {
        let (key, policy) = call.key().zip(call.plan.cache)?;
        Some(Self {
            key: key.for_model(&planned.key),
            policy,
            not_before: (!call.reads_cache).then_some(call.started),
        })
    }

    /// Looks the entry up.
    pub(super) async fn get<T: Task>(&self, inference: &Inference) -> Option<CachedAnswer<T>> {
        CachedAnswer::new(self.newest(inference).await?)
    }

    /// Looks the entry up if the store can answer without waiting; `None` if only [`get`](Self::get) can.
    pub(super) fn try_get<T: Task>(
        &self,
        inference: &Inference,
    ) -> Option<Option<CachedAnswer<T>>> {
        let entry = inference.store().try_get(&self.key)?;
        Some(entry.and_then(|entry| CachedAnswer::new(self.date(entry))))
    }

    /// Looks the entry up, and returns it if it is fresh. A call that does not read the cache uses only an entry that
    /// was stored after its start, by another process.
    pub(super) async fn get_fresh(&self, inference: &Inference) -> Option<Entry> {
        let newest = self.newest(inference).await?;
        self.is_current(&newest).then_some(newest.entry)
    }

    /// Stores an answer.
    pub(super) async fn put<T: Task>(&self, inference: &Inference, answer: Validated<T>) -> Entry {
        let fresh = answer.into_entry();
        let entry = fresh.entry().clone();
        let store = inference.store();
        store.put(self.key, fresh, self.policy.keep()).await;
        entry
    }

    async fn newest(&self, inference: &Inference) -> Option<DatedEntry> {
        let store = inference.store();
        // A store in memory answers at once, without a boxed future.
        let found = match store.try_get(&self.key) {
            Some(found) => found?,
            None => store.get(&self.key).await?,
        };
        let found = self.date(found);
        if self.is_current(&found) {
            return Some(found);
        }
        // It may be this process's own copy, and another process may have written a newer one since.
        match store
            .get_shared(&self.key)
            .await
            .map(|entry| self.date(entry))
        {
            Some(shared) if shared.age < found.age => Some(shared),
            _ => Some(found),
        }
    }

    fn is_current(&self, found: &DatedEntry) -> bool {
        let is_new = |start| found.age < found.now.saturating_duration_since(start);
        matches!(found.freshness, Freshness::Fresh { .. }) && self.not_before.is_none_or(is_new)
    }

    fn date(&self, entry: Entry) -> DatedEntry {
        let now = Instant::now();
        let age = entry.age_at(now);
        DatedEntry {
            freshness: Freshness::new(&self.policy, age),
            entry,
            age,
            now,
        }
    }
}

impl<T: Task> CachedAnswer<T> {
    fn new(dated: DatedEntry) -> Option<Self> {
        Some(Self {
            output: dated.entry.output::<T>()?,
            entry: dated.entry,
            freshness: dated.freshness,
            age: dated.age,
            found: dated.now,
        })
    }

    pub(super) fn into_answered(self, source: Source, started: Instant) -> Answered<T::Output> {
        Answered {
            value: self.output,
            origin: Arc::clone(self.entry.origin()),
            source,
            age: Some(self.age),
            elapsed: self.found.saturating_duration_since(started),
        }
    }
}

// Not derived: the derive would add a `T: Default` bound.
impl<T: Task> Default for StaleCandidates<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Task> StaleCandidates<T> {
    pub(super) fn push(&mut self, answer: CachedAnswer<T>, slot: CacheSlot) {
        self.0.push((answer, slot));
    }

    /// Returns the first that may still be served, and for how long it has been stale. A window may have closed while
    /// the models were called.
    pub(super) fn into_usable(self) -> Option<(CachedAnswer<T>, Duration)> {
        self.0.into_iter().find_map(|(mut answer, slot)| {
            answer.found = Instant::now();
            answer.age = answer.entry.age_at(answer.found);
            let past = stale_if_error(&slot.policy, answer.age)?;
            Some((answer, past))
        })
    }
}

/// An answer that a model has just given.
pub(super) fn answered_by_model<O>(
    value: Arc<O>,
    origin: Arc<EntryOrigin>,
    started: Instant,
) -> Answered<O> {
    Answered {
        value,
        origin,
        source: Source::Model,
        age: None,
        elapsed: started.elapsed(),
    }
}
