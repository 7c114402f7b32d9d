use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, FutureExt, ready};

use super::{Entry, Guard, Key, LeaseToken, MemoryStore, Store, StoreError, TIMEOUT};

/// For so long an entry from the back may stay in front. Whether it is still of use is for its reader to say.
const IN_FRONT: Duration = Duration::from_secs(60 * 60 * 24);

/// A memory in front of another store.
///
/// What is in front is answered from there, without a question to the back; what the back answers is put in front; what
/// is kept is kept in both. What is in front and past its time is looked for in the back, where another process may have
/// renewed it. Where the back fails, the front goes on alone.
pub struct Tiered {
    front: MemoryStore,
    back: Guard,
}

impl Tiered {
    /// This memory in front of this store.
    #[must_use]
    pub fn new(front: MemoryStore, back: impl Store) -> Self {
        Self::of(front, Arc::new(back), TIMEOUT)
    }

    pub(crate) fn of(front: MemoryStore, back: Arc<dyn Store>, timeout: Duration) -> Self {
        Self {
            front,
            back: Guard::new(back, timeout),
        }
    }

    /// Leaves the back out for a moment where it takes longer than this. Default: 50 ms.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.back = self.back.with_timeout(timeout);
        self
    }

    /// What is in the back is put in front.
    async fn behind(&self, key: &Key) -> Option<Entry> {
        let entry = self.back.get(key).await?;
        let ours = self.front.entry(key);
        // The back may have been left out while the newer one was kept.
        if ours.is_none_or(|ours| entry.age() < ours.age()) {
            self.front.keep(*key, entry.clone(), IN_FRONT);
        }
        Some(entry)
    }
}

impl Store for Tiered {
    fn get<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        match self.front.entry(key) {
            Some(entry) => ready(Ok(Some(entry))).boxed(),
            None => self.behind(key).map(Ok).boxed(),
        }
    }

    /// What is in front. What is not may be in the back.
    fn try_get(&self, key: &Key) -> Option<Option<Entry>> {
        self.front.entry(key).map(Some)
    }

    fn get_shared<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<Option<Entry>, StoreError>> {
        self.behind(key).map(Ok).boxed()
    }

    fn put(&self, key: Key, entry: Entry, keep: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        self.front.keep(key, entry.clone(), keep);
        self.back.put_entry(key, entry, keep).map(Ok).boxed()
    }

    fn lease<'a>(
        &'a self,
        key: &'a Key,
        holder: LeaseToken,
        time: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        // Where the back cannot tell, everybody may ask.
        let may = self.back.lease(key, holder, time);
        may.map(|may| Ok(may.unwrap_or(true))).boxed()
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

    /// Those of the back where it can tell, else those in front.
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
