use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::Instant;

use super::{Entry, Fresh, Key, LeaseToken, Store, StoreError, encoding::millis};
use crate::telemetry;

/// The default time limit of a store. A slower one is a miss.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(50);

/// How long a store is bypassed after a failure: short enough for it to be used again within a second of its recovery.
const PAUSE: Duration = Duration::from_millis(250);

/// The value of `unavailable_until` for a store in use. The clock starts at 1, so it is never a time.
const AVAILABLE: u64 = 0;

/// Wraps a store so that a failure or a timeout is a miss.
///
/// After a failure the store is bypassed for a moment; then one access at a time probes whether it has recovered. So a
/// store that hangs costs its time limit once per pause, not once per request.
pub(crate) struct Guard {
    store: Arc<dyn Store>,
    timeout: Duration,
    /// When the guard was created. The clock of `unavailable_until` begins a millisecond earlier.
    created: Instant,
    /// Until when the store is bypassed, in milliseconds; or `AVAILABLE`.
    unavailable_until: AtomicU64,
}

/// Whether an access is normal or a health probe.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Normal,
    /// Finds out whether the store has recovered.
    Probe,
}

impl Guard {
    pub(crate) fn new(store: Arc<dyn Store>, timeout: Duration) -> Self {
        Self {
            store,
            timeout,
            created: Instant::now(),
            unavailable_until: AtomicU64::new(AVAILABLE),
        }
    }

    pub(super) fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Returns the entry of this key.
    pub(crate) async fn get(&self, key: &Key) -> Option<Entry> {
        self.access(|store| store.get(key)).await.flatten()
    }

    /// Returns the result of [`get`](Self::get) if it is available without waiting.
    pub(crate) fn try_get(&self, key: &Key) -> Option<Option<Entry>> {
        if self.unavailable_until.load(Ordering::Relaxed) == AVAILABLE {
            self.store.try_get(key)
        } else {
            None
        }
    }

    /// Returns the entry of this key from the shared store, bypassing a copy in this process.
    pub(crate) async fn get_shared(&self, key: &Key) -> Option<Entry> {
        self.access(|store| store.get_shared(key)).await.flatten()
    }

    /// Stores an entry.
    pub(crate) async fn put(&self, key: Key, entry: Fresh, keep: Duration) {
        self.put_entry(key, entry.into_entry(), keep).await;
        telemetry::store_state(|| (self.entries(), self.is_unavailable()));
    }

    /// Stores an entry in the back of a [`Tiered`](super::Tiered), which got it by [`put`](Self::put).
    pub(super) async fn put_entry(&self, key: Key, entry: Entry, keep: Duration) {
        self.access(|store| store.put(key, entry, keep)).await;
    }

    /// Whether this holder has the lease for the key; `None` if the store failed.
    pub(crate) async fn lease(
        &self,
        key: &Key,
        holder: LeaseToken,
        time: Duration,
    ) -> Option<bool> {
        self.access(|store| store.lease(key, holder, time)).await
    }

    /// Releases the lease.
    pub(crate) async fn release(&self, key: &Key, holder: LeaseToken) {
        self.access(|store| store.release(key, holder)).await;
    }

    /// Flushes the store, without a time limit: the caller sets one.
    pub(crate) async fn flush(&self) {
        if let Err(error) = self.store.flush().await {
            telemetry::flush_failed(&error);
        }
    }

    pub(super) fn entries(&self) -> Option<usize> {
        self.store.entries()
    }

    /// Whether the store, or one behind it, is bypassed at the moment.
    pub(crate) fn is_unavailable(&self) -> bool {
        self.unavailable_until.load(Ordering::Relaxed) != AVAILABLE || self.store.is_unavailable()
    }

    async fn access<'s, V>(
        &'s self,
        operation: impl FnOnce(&'s dyn Store) -> BoxFuture<'s, Result<V, StoreError>>,
    ) -> Option<V> {
        let access = self.admit()?;
        let mut pending = operation(&*self.store);
        // A store in memory is ready at once and needs no timer.
        let result = match (&mut pending).now_or_never() {
            Some(result) => result,
            None => match tokio::time::timeout(self.timeout, pending).await {
                Ok(result) => result,
                Err(_) => Err(StoreError::new("timed out")),
            },
        };
        match result {
            Ok(value) => {
                if access == Access::Probe {
                    self.mark_available();
                }
                Some(value)
            }
            Err(error) => {
                self.mark_failed(access, &error);
                None
            }
        }
    }

    /// Whether the store may be accessed now, and how.
    fn admit(&self) -> Option<Access> {
        let unavailable_until = self.unavailable_until.load(Ordering::Relaxed);
        if unavailable_until == AVAILABLE {
            return Some(Access::Normal);
        }
        let now = self.now();
        if now < unavailable_until {
            return None;
        }
        // One probe at a time. The next one starts when this one must have timed out: its caller may have been dropped.
        let next = now.saturating_add(millis(self.timeout.max(PAUSE)));
        self.unavailable_until
            .compare_exchange(
                unavailable_until,
                next,
                Ordering::Relaxed,
                Ordering::Relaxed,
            )
            .is_ok()
            .then_some(Access::Probe)
    }

    fn mark_available(&self) {
        if self.unavailable_until.swap(AVAILABLE, Ordering::Relaxed) != AVAILABLE {
            telemetry::store_available();
        }
    }

    fn mark_failed(&self, access: Access, error: &StoreError) {
        let until = self.now().saturating_add(millis(PAUSE));
        match access {
            Access::Probe => self.unavailable_until.store(until, Ordering::Relaxed),
            // Accesses that began before the first failure change nothing.
            Access::Normal => {
                let was_available = self
                    .unavailable_until
                    .compare_exchange(AVAILABLE, until, Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok();
                if was_available {
                    telemetry::store_unavailable(error);
                }
            }
        }
    }

    fn now(&self) -> u64 {
        millis(self.created.elapsed()).saturating_add(1)
    }
}

#[cfg(test)]
mod tests;
