use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, FutureExt, ready};

use super::{Entry, Guard, Key, LeaseToken, MemoryStore, Store, StoreError, TIMEOUT};

/// The lifetime in the front of an entry read from the back. Whether it is fresh is decided by the reader.
const FRONT_TTL: Duration = Duration::from_secs(60 * 60 * 24);

/// A memory store in front of another store.
///
/// Entries in the front are returned without access to the back; entries read from the back are copied to the front;
/// entries are written to both. If the front's entry is stale, the back is read, where another process may have
/// refreshed it. While the back fails, the front is used alone.
pub struct Tiered {
    front: MemoryStore,
    back: Guard,
}

impl Tiered {
    /// Puts this memory store in front of another store.
    #[must_use]
    pub fn new(front: MemoryStore, back: impl Store) -> Self {
        Self::with_timeout(front, Arc::new(back), TIMEOUT)
    }

    pub(crate) fn with_timeout(
        front: MemoryStore,
        back: Arc<dyn Store>,
        timeout: Duration,
    ) -> Self {
        Self {
            front,
            back: Guard::new(back, timeout),
        }
    }

    /// Sets the time limit of the back. A slower back is bypassed for a moment. Default: 50 ms.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.back = self.back.with_timeout(timeout);
        self
    }

    /// Reads the back, and copies its entry to the front.
    async fn get_from_back(&self, key: &Key) -> Option<Entry> {
        let entry = self.back.get(key).await?;
        let copy = self.front.entry(key);
        // The front's may be newer: the back may have been bypassed when it was stored.
        if copy.is_none_or(|copy| entry.age() < copy.age()) {
            self.front.insert(*key, entry.clone(), FRONT_TTL);
        }
        Some(entry)
    }
}

impl Store for Tiered {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        match self.front.entry(key) {
            Some(entry) => ready(Ok(Some(entry))).boxed(),
            None => self.get_from_back(key).map(Ok).boxed(),
        }
    }

    /// Returns the front's entry. A miss in the front is not final: the back may have it.
    fn try_get(&self, key: &Key) -> Option<Option<Entry>> {
        self.front.entry(key).map(Some)
    }

    fn get_shared<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        self.get_from_back(key).map(Ok).boxed()
    }

    fn put(&self, key: Key, entry: Entry, ttl: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        self.front.insert(key, entry.clone(), ttl);
        self.back.put_entry(key, entry, ttl).map(Ok).boxed()
    }

    fn lease<'a>(
        &'a self,
        key: &'a Key,
        holder: LeaseToken,
        time: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        // If the back fails, every process may call the model.
        let lease = self.back.lease(key, holder, time);
        lease.map(|held| Ok(held.unwrap_or(true))).boxed()
    }

    fn release<'a>(
        &'a self,
        key: &'a Key,
        holder: LeaseToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.back.release(key, holder).map(Ok).boxed()
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.back.flush().map(Ok).boxed()
    }

    /// Returns the back's number if it knows it, otherwise the front's.
    fn entries(&self) -> Option<usize> {
        self.back.entries().or_else(|| self.front.entries())
    }

    fn is_unavailable(&self) -> bool {
        self.back.is_unavailable()
    }
}

impl fmt::Debug for Tiered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiered")
            .field("front", &self.front)
            .finish_non_exhaustive()
    }
}
