use std::{num::NonZeroUsize, time::Duration};

use cached::{Expires, ShardedExpiringLruCache};
use futures_util::future::{BoxFuture, FutureExt, ready};
use tokio::time::Instant;

use super::{Entry, Key, Store, StoreError};

/// The default store: an LRU cache in this process.
///
/// Bounded by the number of entries and the size of each, so its memory never exceeds about their product.
#[derive(Debug)]
pub struct MemoryStore {
    entries: ShardedExpiringLruCache<Key, Slot>,
    max_entry_bytes: usize,
}

/// An entry and when it expires. The LRU cache drops expired entries.
#[derive(Clone, Debug)]
struct Slot {
    entry: Entry,
    expires_at: Instant,
}

impl Expires for Slot {
    fn is_expired(&self) -> bool {
        Instant::now() >= self.expires_at
    }
}

impl MemoryStore {
    /// The default number of entries.
    pub const DEFAULT_MAX_ENTRIES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);
    /// The default size limit of an entry, in bytes.
    pub const DEFAULT_MAX_ENTRY_BYTES: usize = 64 * 1024;

    /// Creates a store of about `max_entries` entries of at most `max_entry_bytes` each. The number is rounded up to a
    /// multiple of the number of shards.
    #[must_use]
    pub fn new(max_entries: NonZeroUsize, max_entry_bytes: usize) -> Self {
        Self {
            entries: ShardedExpiringLruCache::new(max_entries.get()),
            max_entry_bytes,
        }
    }

    /// Returns the entry of this key, unless it has expired.
    pub(super) fn entry(&self, key: &Key) -> Option<Entry> {
        self.entries.get(key).map(|slot| slot.entry)
    }

    /// Inserts an entry that expires after `ttl`, unless it is too large.
    pub(super) fn insert(&self, key: Key, entry: Entry, ttl: Duration) {
        if entry.size() <= self.max_entry_bytes {
            // A lifetime that the clock cannot express becomes a year.
            let now = Instant::now();
            let expires_at = now
                .checked_add(ttl)
                .unwrap_or(now + Duration::from_secs(60 * 60 * 24 * 365));
            self.entries.set(key, Slot { entry, expires_at });
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

    fn put(&self, key: Key, entry: Entry, ttl: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        self.insert(key, entry, ttl);
        ready(Ok(())).boxed()
    }

    fn entries(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}
