use std::sync::atomic::{AtomicU64, Ordering};

use crate::{answer::Source, report::Outcome};

/// The number of predictions answered by each rung of the ladder, since the start.
#[derive(Debug, Default)]
pub struct Statistics {
    model: AtomicU64,
    cache: AtomicU64,
    stale: AtomicU64,
    fallback: AtomicU64,
    failed: AtomicU64,
}

impl Statistics {
    /// Returns the number of predictions answered by a model.
    #[must_use]
    pub fn model(&self) -> u64 {
        self.model.load(Ordering::Relaxed)
    }

    /// Returns the number of predictions answered by a fresh cache entry.
    #[must_use]
    pub fn cache(&self) -> u64 {
        self.cache.load(Ordering::Relaxed)
    }

    /// Returns the number of predictions answered by a stale cache entry.
    #[must_use]
    pub fn stale(&self) -> u64 {
        self.stale.load(Ordering::Relaxed)
    }

    /// Returns the number of predictions answered by a fallback. They are counted as [`failed`](Self::failed) as well.
    #[must_use]
    pub fn fallback(&self) -> u64 {
        self.fallback.load(Ordering::Relaxed)
    }

    /// Returns the number of predictions without an answer from a model or the cache.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::Answered(Source::Model) => &self.model,
            Outcome::Answered(Source::Cache) => &self.cache,
            Outcome::Answered(Source::Stale) => &self.stale,
            Outcome::Answered(Source::Fallback) => &self.fallback,
            Outcome::Failed => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_fallback(&self) {
        self.fallback.fetch_add(1, Ordering::Relaxed);
    }
}
