//! One model's place in the cache for one question, and what an entry found there is worth.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::ResolvedCall;
use crate::{
    Inference,
    answer::EntryOrigin,
    answer::{Answered, Source},
    cache::{Entry, Key},
    operation::CachePolicy,
    runtime::PlannedModel,
    task::Task,
};

/// Where one model's answer to one question is kept, and how.
#[derive(Clone, Copy)]
pub(super) struct CacheSlot {
    pub(super) key: Key,
    pub(super) policy: CachePolicy,
}

/// An entry that can be read, and its output.
pub(super) struct CachedAnswer<T: Task> {
    output: Arc<T::Output>,
    pub(super) entry: Entry,
    pub(super) worth: Freshness,
    /// How old it was when it was found.
    pub(super) age: Duration,
    found: Instant,
}

/// An entry, held against the clock.
struct DatedEntry {
    entry: Entry,
    worth: Freshness,
    age: Duration,
    now: Instant,
}

/// Entries past their time, kept back for when no model answers: those of the models in their order.
pub(super) struct StaleCandidates<T: Task>(Vec<(CachedAnswer<T>, CacheSlot)>);

/// What an entry is good for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// It is the answer, and will be for so long.
    Fresh {
        left: Duration,
    },
    /// It is the answer, and a newer one should be had. It is past its time by so much.
    Refresh {
        past: Duration,
    },
    /// It is the answer if no model has one.
    IfError,
    Nothing,
}

impl CacheSlot {
    /// The place of this model's answer, where answers are kept.
    pub(super) fn of<T: Task>(question: &ResolvedCall<T>, served: &PlannedModel) -> Option<Self> {
        let (key, policy) = question.key().zip(question.plan.cache)?;
        Some(Self {
            key: key.of_model(&served.key),
            policy,
        })
    }

    /// What is there, if it can be read.
    pub(super) async fn look<T: Task>(&self, inference: &Inference) -> Option<CachedAnswer<T>> {
        CachedAnswer::of(self.newest(inference).await?)
    }

    /// The same where that needs no waiting; `None` where only [`look`](Self::look) can tell.
    pub(super) fn look_at_once<T: Task>(
        &self,
        inference: &Inference,
    ) -> Option<Option<CachedAnswer<T>>> {
        let entry = inference.store().try_get(&self.key)?;
        Some(entry.and_then(|entry| CachedAnswer::of(self.judged(entry))))
    }

    /// The entry that is there, if it is fresh.
    pub(super) async fn fresh(&self, inference: &Inference) -> Option<Entry> {
        let newest = self.newest(inference).await?;
        matches!(newest.worth, Freshness::Fresh { .. }).then_some(newest.entry)
    }

    async fn newest(&self, inference: &Inference) -> Option<DatedEntry> {
        let store = inference.store();
        // Memory answers at once, and a boxed future less.
        let found = match store.try_get(&self.key) {
            Some(found) => found?,
            None => store.get(&self.key).await?,
        };
        let found = self.judged(found);
        if matches!(found.worth, Freshness::Fresh { .. }) {
            return Some(found);
        }
        // It may be a copy of this process's own, and another one may have asked in the meantime.
        match store
            .get_shared(&self.key)
            .await
            .map(|entry| self.judged(entry))
        {
            Some(renewed) if renewed.age < found.age => Some(renewed),
            _ => Some(found),
        }
    }

    fn judged(&self, entry: Entry) -> DatedEntry {
        let now = Instant::now();
        let age = entry.age_at(now);
        DatedEntry {
            worth: self.worth(age),
            entry,
            age,
            now,
        }
    }

    pub(super) fn worth(&self, age: Duration) -> Freshness {
        let CachePolicy {
            ttl,
            stale_if_error,
            stale_while_revalidate,
            ..
        } = self.policy;
        if age < ttl {
            return Freshness::Fresh { left: ttl - age };
        }
        let past = age - ttl;
        let within = |window: Option<Duration>| window.is_some_and(|window| past < window);
        if within(stale_while_revalidate) {
            Freshness::Refresh { past }
        } else if within(stale_if_error) {
            Freshness::IfError
        } else {
            Freshness::Nothing
        }
    }

    /// How much an entry is past its time, if it may be served where every model failed.
    pub(super) fn past_if_error(&self, age: Duration) -> Option<Duration> {
        let past = age.checked_sub(self.policy.ttl)?;
        (past < self.policy.stale_if_error?).then_some(past)
    }
}

impl<T: Task> CachedAnswer<T> {
    fn of(judged: DatedEntry) -> Option<Self> {
        Some(Self {
            output: judged.entry.output::<T>()?,
            entry: judged.entry,
            worth: judged.worth,
            age: judged.age,
            found: judged.now,
        })
    }

    pub(super) fn into_answer(self, source: Source, started: Instant) -> Answered<T::Output> {
        Answered {
            value: self.output,
            origin: Arc::clone(self.entry.origin()),
            source,
            age: Some(self.age),
            elapsed: self.found.saturating_duration_since(started),
        }
    }
}

// Not derived: that would ask it of the task.
impl<T: Task> Default for StaleCandidates<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Task> StaleCandidates<T> {
    pub(super) fn keep(&mut self, found: CachedAnswer<T>, place: CacheSlot) {
        self.0.push((found, place));
    }

    /// The first that may still be served, and how much it is past its time. The models have had theirs: windows may have
    /// closed meanwhile.
    pub(super) fn still_of_use(self) -> Option<(CachedAnswer<T>, Duration)> {
        self.0.into_iter().find_map(|(mut found, place)| {
            found.found = Instant::now();
            found.age = found.entry.age_at(found.found);
            let past = place.past_if_error(found.age)?;
            Some((found, past))
        })
    }
}

/// An answer that a model has just given.
pub(super) fn now_answered<O>(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::test_key;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn place(stale_if_error: Option<u64>, stale_while_revalidate: Option<u64>) -> CacheSlot {
        let mut policy = CachePolicy::new(seconds(10));
        policy.stale_if_error = stale_if_error.map(seconds);
        policy.stale_while_revalidate = stale_while_revalidate.map(seconds);
        CacheSlot {
            key: test_key(),
            policy,
        }
    }

    #[test]
    fn an_entry_is_worth_less_with_time_and_nothing_beyond_its_windows() {
        let both = place(Some(20), Some(5));
        for (age, worth) in [
            (0, Freshness::Fresh { left: seconds(10) }),
            (9, Freshness::Fresh { left: seconds(1) }),
            (10, Freshness::Refresh { past: seconds(0) }),
            (14, Freshness::Refresh { past: seconds(4) }),
            (15, Freshness::IfError),
            (29, Freshness::IfError),
            (30, Freshness::Nothing),
        ] {
            assert_eq!(both.worth(seconds(age)), worth, "{age}");
        }
        assert_eq!(place(None, None).worth(seconds(10)), Freshness::Nothing);
        assert_eq!(both.past_if_error(seconds(9)), None);
        assert_eq!(both.past_if_error(seconds(12)), Some(seconds(2)));
        assert_eq!(both.past_if_error(seconds(30)), None);
        assert_eq!(place(None, Some(5)).past_if_error(seconds(12)), None);
    }
}
