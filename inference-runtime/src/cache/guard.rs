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

/// A store that takes longer than this is a miss, where nobody says otherwise.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(50);

/// For how long a store is left out that has failed: short enough to be in use again within a second of its return.
const PAUSE: Duration = Duration::from_millis(250);

/// In use: what the clock never says of a store that is left out.
const IN_USE: u64 = 0;

/// A store that can only be of use: one that fails or is slow has nothing and keeps nothing.
///
/// After a failure it is left out for a moment; then one question at a time finds out whether it is back. So a store
/// that hangs costs its time limit once in a while, and not once for each request.
pub(crate) struct Guard {
    store: Arc<dyn Store>,
    timeout: Duration,
    /// When it was made. The clock of `out_until` begins a millisecond earlier.
    since: Instant,
    /// Until when it is left out, in milliseconds; or `IN_USE`.
    out_until: AtomicU64,
}

/// What a question may cost the store's good name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// One of many.
    Usual,
    /// The one that finds out whether the store is back.
    Probe,
}

impl Guard {
    pub(crate) fn new(store: Arc<dyn Store>, timeout: Duration) -> Self {
        Self {
            store,
            timeout,
            since: Instant::now(),
            out_until: AtomicU64::new(IN_USE),
        }
    }

    pub(super) fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The entry of this key.
    pub(crate) async fn get(&self, key: &Key) -> Option<Entry> {
        self.ask(|store| store.get(key)).await.flatten()
    }

    /// The same, where that needs no waiting; `None` where only [`get`](Self::get) can tell.
    pub(crate) fn try_get(&self, key: &Key) -> Option<Option<Entry>> {
        if self.out_until.load(Ordering::Relaxed) == IN_USE {
            self.store.try_get(key)
        } else {
            None
        }
    }

    /// The entry of this key past a copy of this process's own.
    pub(crate) async fn get_shared(&self, key: &Key) -> Option<Entry> {
        self.ask(|store| store.get_shared(key)).await.flatten()
    }

    /// Keeps an entry, if the store will have it.
    pub(crate) async fn put(&self, key: Key, entry: Fresh, keep: Duration) {
        self.put_entry(key, entry.into_entry(), keep).await;
        telemetry::cache_holds(|| (self.entries(), self.is_unavailable()));
    }

    /// For a store behind another, which was given it with [`put`](Self::put).
    pub(super) async fn put_entry(&self, key: Key, entry: Entry, keep: Duration) {
        self.ask(|store| store.put(key, entry, keep)).await;
    }

    /// Whether this holder may ask the model; `None` where the store cannot tell.
    pub(crate) async fn lease(
        &self,
        key: &Key,
        holder: LeaseToken,
        time: Duration,
    ) -> Option<bool> {
        self.ask(|store| store.lease(key, holder, time)).await
    }

    /// Gives the right to ask back.
    pub(crate) async fn release(&self, key: &Key, holder: LeaseToken) {
        self.ask(|store| store.release(key, holder)).await;
    }

    /// Lets the store write what it has not written, for as long as the caller waits.
    pub(crate) async fn flush(&self) {
        if let Err(error) = self.store.flush().await {
            telemetry::cache_may_have_lost(&error);
        }
    }

    pub(super) fn entries(&self) -> Option<usize> {
        self.store.entries()
    }

    /// Whether it, or a store behind it, is left out for the moment.
    pub(crate) fn is_unavailable(&self) -> bool {
        self.out_until.load(Ordering::Relaxed) != IN_USE || self.store.is_unavailable()
    }

    async fn ask<'s, V>(
        &'s self,
        question: impl FnOnce(&'s dyn Store) -> BoxFuture<'s, Result<V, StoreError>>,
    ) -> Option<V> {
        let pass = self.enter()?;
        let mut asked = question(&*self.store);
        // A store in memory answers at once: it needs no clock.
        let answer = match (&mut asked).now_or_never() {
            Some(answer) => answer,
            None => match tokio::time::timeout(self.timeout, asked).await {
                Ok(answer) => answer,
                Err(_) => Err(StoreError::new("it did not answer in time")),
            },
        };
        match answer {
            Ok(value) => {
                if pass == Pass::Probe {
                    self.back();
                }
                Some(value)
            }
            Err(error) => {
                self.failed(pass, &error);
                None
            }
        }
    }

    /// Whether the store may be asked now.
    fn enter(&self) -> Option<Pass> {
        let out_until = self.out_until.load(Ordering::Relaxed);
        if out_until == IN_USE {
            return Some(Pass::Usual);
        }
        let now = self.now();
        if now < out_until {
            return None;
        }
        // Only one gets through, and the next one not before this one has had its time: its caller may have gone.
        let next = now.saturating_add(millis(self.timeout.max(PAUSE)));
        self.out_until
            .compare_exchange(out_until, next, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
            .then_some(Pass::Probe)
    }

    fn back(&self) {
        if self.out_until.swap(IN_USE, Ordering::Relaxed) != IN_USE {
            telemetry::cache_back();
        }
    }

    fn failed(&self, pass: Pass, error: &StoreError) {
        let until = self.now().saturating_add(millis(PAUSE));
        match pass {
            Pass::Probe => self.out_until.store(until, Ordering::Relaxed),
            // What was asked before it went out tells nothing new.
            Pass::Usual => {
                let went_out = self
                    .out_until
                    .compare_exchange(IN_USE, until, Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok();
                if went_out {
                    telemetry::cache_out(error);
                }
            }
        }
    }

    fn now(&self) -> u64 {
        millis(self.since.elapsed()).saturating_add(1)
    }
}

#[cfg(test)]
mod tests;
