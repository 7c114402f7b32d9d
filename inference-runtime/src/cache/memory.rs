use std::{num::NonZeroUsize, time::Duration};

use cached::{Expires, ShardedExpiringLruCache};
use futures_util::future::{BoxFuture, FutureExt, ready};
use tokio::time::Instant;

use super::{Entry, Key, Store, StoreError};

/// The default store: in this process, least recently used out first.
///
/// Bounded by the number of entries and the size of one, so its memory never exceeds about their product.
#[derive(Debug)]
pub struct MemoryStore {
    entries: ShardedExpiringLruCache<Key, Kept>,
    max_entry_bytes: usize,
}

/// An entry and when its time is over. The store drops it then of itself.
#[derive(Clone, Debug)]
struct Kept {
    entry: Entry,
    until: Instant,
}

impl Expires for Kept {
    fn is_expired(&self) -> bool {
        Instant::now() >= self.until
    }
}

impl MemoryStore {
    /// The number of entries kept where the configuration says none.
    pub const DEFAULT_MAX_ENTRIES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);
    /// The size in bytes of the largest entry kept where the configuration says none.
    pub const DEFAULT_MAX_ENTRY_BYTES: usize = 64 * 1024;

    /// A store of about so many entries of at most so many bytes each. The number is rounded up to what divides
    /// among the shards.
    #[must_use]
    pub fn new(max_entries: NonZeroUsize, max_entry_bytes: usize) -> Self {
        Self {
            entries: ShardedExpiringLruCache::new(max_entries.get()),
            max_entry_bytes,
        }
    }

    /// The entry of this key, unless its time is over.
    pub(super) fn entry(&self, key: &Key) -> Option<Entry> {
        self.entries.get(key).map(|kept| kept.entry)
    }

    /// Keeps an entry for so long, unless it is too large.
    pub(super) fn keep(&self, key: Key, entry: Entry, keep: Duration) {
        if entry.size() <= self.max_entry_bytes {
            // An entry so long-lived that the clock cannot express its end is not worth an error.
            let now = Instant::now();
            let until = now
                .checked_add(keep)
                .unwrap_or(now + Duration::from_secs(60 * 60 * 24 * 365));
            self.entries.set(key, Kept { entry, until });
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(Self::DEFAULT_MAX_ENTRIES, Self::DEFAULT_MAX_ENTRY_BYTES)
    }
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        ready(Ok(self.entry(key))).boxed()
    }

    fn try_get(&self, key: &Key) -> Option<Option<Entry>> {
        Some(self.entry(key))
    }

    fn put(&self, key: Key, entry: Entry, keep: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        self.keep(key, entry, keep);
        ready(Ok(())).boxed()
    }

    fn entries(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}
