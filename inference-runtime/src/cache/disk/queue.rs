//! The writer's queue: pending entries, flushes and other requests.

use std::{
    collections::HashMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use super::{Entry, Key, StoreError, unix_millis};

/// The bounds of the queue. Entries beyond them are dropped: the disk is slower than the models.
const MAX_ENTRIES: usize = 4096;
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Reports the result of a flush to its caller.
pub(super) type FlushSender = oneshot::Sender<Result<(), StoreError>>;

#[derive(Default)]
pub(super) struct WriteQueue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    entries: HashMap<Key, PendingEntry>,
    bytes: usize,
    flushes: Vec<FlushSender>,
    check_requested: bool,
    closing: bool,
    /// Whether it has been logged that the queue is full.
    full_logged: bool,
}

/// An entry to be written, with its expiry time in milliseconds since 1970.
#[derive(Clone)]
pub(super) struct PendingEntry {
    pub(super) entry: Entry,
    pub(super) expires_at: u64,
}

/// The writer's next batch of work.
pub(super) struct Work {
    /// Entries to write. They stay readable in the queue until they are [removed](WriteQueue::remove).
    pub(super) entries: Vec<(Key, PendingEntry)>,
    pub(super) flushes: Vec<FlushSender>,
    /// A read failed: the file has to be checked.
    pub(super) check_requested: bool,
    pub(super) closing: bool,
}

impl WriteQueue {
    /// Returns a pending entry, unless it has expired.
    pub(super) fn get(&self, key: &Key) -> Option<Entry> {
        let state = self.state();
        let pending = state.entries.get(key)?;
        (pending.expires_at > unix_millis()).then(|| pending.entry.clone())
    }

    /// Queues an entry, or drops it if the queue is full.
    pub(super) fn push(&self, key: Key, entry: Entry, expires_at: u64) {
        let mut state = self.state();
        let size = entry.size();
        let fits = state.entries.len() < MAX_ENTRIES && state.bytes + size <= MAX_BYTES;
        if !fits {
            if !std::mem::replace(&mut state.full_logged, true) {
                tracing::warn!(
                    "the cache's write queue is full, dropping entries: the disk is too slow"
                );
            }
            return;
        }
        state.full_logged = false;
        state.bytes += size;
        if let Some(old) = state
            .entries
            .insert(key, PendingEntry { entry, expires_at })
        {
            state.bytes -= old.entry.size();
        }
        self.arrived.notify_one();
    }

    pub(super) fn flush(&self, done: FlushSender) {
        let mut state = self.state();
        // After `close`, the sender is dropped, which reports the failure.
        if !state.closing {
            state.flushes.push(done);
            self.arrived.notify_one();
        }
    }

    /// Has the writer reopen and check the file.
    pub(super) fn request_check(&self) {
        self.state().check_requested = true;
        self.arrived.notify_one();
    }

    pub(super) fn close(&self) {
        self.state().closing = true;
        self.arrived.notify_one();
    }

    /// Waits for work until the timeout; without one, indefinitely.
    pub(super) fn next(&self, timeout: Option<Duration>) -> Work {
        let idle = |state: &mut State| {
            state.entries.is_empty()
                && state.flushes.is_empty()
                && !state.check_requested
                && !state.closing
        };
        let state = self.state();
        let mut state = match timeout {
            None => self
                .arrived
                .wait_while(state, idle)
                .unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                self.arrived
                    .wait_timeout_while(state, time, idle)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0
            }
        };
        Work {
            entries: state
                .entries
                .iter()
                .map(|(key, pending)| (*key, pending.clone()))
                .collect(),
            flushes: std::mem::take(&mut state.flushes),
            check_requested: std::mem::take(&mut state.check_requested),
            closing: state.closing,
        }
    }

    /// Removes entries from the queue that have been written, or could not be.
    pub(super) fn remove(&self, entries: &[(Key, PendingEntry)]) {
        let mut state = self.state();
        for (key, written) in entries {
            // A newer entry may have been queued in the meantime.
            let same = state
                .entries
                .get(key)
                .is_some_and(|pending| pending.entry.ptr_eq(&written.entry));
            if same {
                state.entries.remove(key);
                state.bytes -= written.entry.size();
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
