//! Entries that wait to be written, and what else the writer is asked to do.

use std::{
    collections::HashMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use super::{Entry, Key, StoreError, unix_millis};

/// What may wait. More is not kept: the disk is slower than the models.
const MAX_ENTRIES: usize = 4096;
const MAX_BYTES: usize = 32 * 1024 * 1024;

pub(super) type Flushed = oneshot::Sender<Result<(), StoreError>>;

#[derive(Default)]
pub(super) struct Waiting {
    orders: Mutex<Orders>,
    arrived: Condvar,
}

#[derive(Default)]
struct Orders {
    entries: HashMap<Key, Kept>,
    bytes: usize,
    flushes: Vec<Flushed>,
    suspect: bool,
    closing: bool,
    /// Whether the log has been told that there is no room.
    full: bool,
}

/// An entry, and until when it is kept: in milliseconds since 1970.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) entry: Entry,
    pub(super) until: u64,
}

/// What the writer has to do.
pub(super) struct Work {
    /// To be written. They are found here until they are [done](Waiting::done).
    pub(super) entries: Vec<(Key, Kept)>,
    pub(super) flushes: Vec<Flushed>,
    /// Somebody could not read the file.
    pub(super) suspect: bool,
    pub(super) closing: bool,
}

impl Waiting {
    /// An entry that waits is there already.
    pub(super) fn get(&self, key: &Key) -> Option<Entry> {
        let orders = self.orders();
        let kept = orders.entries.get(key)?;
        (kept.until > unix_millis()).then(|| kept.entry.clone())
    }

    pub(super) fn add(&self, key: Key, entry: Entry, until: u64) {
        let mut orders = self.orders();
        let size = entry.size();
        let room = orders.entries.len() < MAX_ENTRIES && orders.bytes + size <= MAX_BYTES;
        if !room {
            if !std::mem::replace(&mut orders.full, true) {
                tracing::warn!("the disk is too slow for the cache: some answers are not kept");
            }
            return;
        }
        orders.full = false;
        orders.bytes += size;
        if let Some(old) = orders.entries.insert(key, Kept { entry, until }) {
            orders.bytes -= old.entry.size();
        }
        self.arrived.notify_one();
    }

    pub(super) fn flush(&self, done: Flushed) {
        let mut orders = self.orders();
        // After the end, it is dropped: that says so.
        if !orders.closing {
            orders.flushes.push(done);
            self.arrived.notify_one();
        }
    }

    pub(super) fn suspect(&self) {
        self.orders().suspect = true;
        self.arrived.notify_one();
    }

    pub(super) fn close(&self) {
        self.orders().closing = true;
        self.arrived.notify_one();
    }

    /// Waits for something to do, for so long at most; for ever where nothing is said.
    pub(super) fn work(&self, at_most: Option<Duration>) -> Work {
        let idle = |orders: &mut Orders| {
            orders.entries.is_empty()
                && orders.flushes.is_empty()
                && !orders.suspect
                && !orders.closing
        };
        let orders = self.orders();
        let mut orders = match at_most {
            None => self
                .arrived
                .wait_while(orders, idle)
                .unwrap_or_else(PoisonError::into_inner),
            Some(time) => {
                self.arrived
                    .wait_timeout_while(orders, time, idle)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0
            }
        };
        Work {
            entries: orders
                .entries
                .iter()
                .map(|(key, kept)| (*key, kept.clone()))
                .collect(),
            flushes: std::mem::take(&mut orders.flushes),
            suspect: std::mem::take(&mut orders.suspect),
            closing: orders.closing,
        }
    }

    /// These need not wait any longer: they are written, or never will be.
    pub(super) fn done(&self, entries: &[(Key, Kept)]) {
        let mut orders = self.orders();
        for (key, kept) in entries {
            // A newer one may have come in the meantime.
            let same = orders
                .entries
                .get(key)
                .is_some_and(|waits| waits.entry.is(&kept.entry));
            if same {
                orders.entries.remove(key);
                orders.bytes -= kept.entry.size();
            }
        }
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
