//! One call for all processes that share a store: the process with the lease calls the model, the others wait for the
//! entry.

use std::{sync::Arc, time::Duration};

use tokio::task::AbortHandle;

use super::cache_slot::CacheSlot;
use crate::{
    Inference,
    cache::{Entry, Guard, Key, LeaseToken},
    deadline::Deadline,
    telemetry::{self, CallLabels},
};

/// The time to live of a lease that is not renewed.
const TTL: Duration = Duration::from_secs(2);
const RENEWAL_INTERVAL: Duration = Duration::from_millis(500);
/// Between two lookups of another process's answer: at first, and at most.
const FIRST_POLL_INTERVAL: Duration = Duration::from_millis(5);
const MAX_POLL_INTERVAL: Duration = Duration::from_millis(100);

pub(super) enum Acquired {
    /// This process calls the model.
    Lease(Box<Lease>),
    /// Another process has called it.
    Entry(Entry),
}

/// The right to call the model. It is renewed while it is held, and released when it is dropped.
pub(super) struct Lease {
    /// `None` if the store could not grant one: the model is called without.
    held: Option<Held>,
}

struct Held {
    store: Arc<Guard>,
    key: Key,
    token: LeaseToken,
    renewal: AbortHandle,
    released: bool,
}

/// Acquires the lease, or waits for the answer of the process that has it. The wait for a process that dies ends
/// with its lease.
pub(super) async fn acquire(
    inference: &Inference,
    labels: CallLabels<'_>,
    deadline: &Deadline,
    slot: CacheSlot,
) -> Acquired {
    let token = new_token();
    let mut interval = FIRST_POLL_INTERVAL;
    loop {
        if let Some(acquired) = try_acquire_with(inference, token, slot).await {
            return acquired;
        }
        if deadline.time_left().is_zero() {
            return Acquired::Lease(Box::new(Lease { held: None }));
        }
        if interval == FIRST_POLL_INTERVAL {
            telemetry::waiting_for_lease(&labels);
        }
        tokio::time::sleep(interval.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        interval = (interval * 2).min(MAX_POLL_INTERVAL);
        if let Some(entry) = slot.get_fresh(inference).await {
            return Acquired::Entry(entry);
        }
    }
}

/// Acquires the lease if it is free; `None` if another process has it.
pub(super) async fn try_acquire(inference: &Inference, slot: CacheSlot) -> Option<Acquired> {
    try_acquire_with(inference, new_token(), slot).await
}

async fn try_acquire_with(
    inference: &Inference,
    token: LeaseToken,
    slot: CacheSlot,
) -> Option<Acquired> {
    let store = inference.shared_store();
    match store.lease(&slot.key, token, TTL).await {
        Some(true) => {}
        Some(false) => return None,
        // The store has failed: a duplicate call is better than none.
        None => return Some(Acquired::Lease(Box::new(Lease { held: None }))),
    }
    let lease = Lease::new(store, slot.key, token);
    // Another process may have answered between the lookup and the lease.
    Some(match slot.get_fresh(inference).await {
        Some(entry) => {
            lease.release().await;
            Acquired::Entry(entry)
        }
        None => Acquired::Lease(Box::new(lease)),
    })
}

fn new_token() -> LeaseToken {
    LeaseToken::new(fastrand::u128(..).to_ne_bytes())
}

impl Lease {
    fn new(store: Arc<Guard>, key: Key, token: LeaseToken) -> Self {
        let renewing = Arc::clone(&store);
        let renewal = tokio::spawn(async move {
            loop {
                tokio::time::sleep(RENEWAL_INTERVAL).await;
                renewing.lease(&key, token, TTL).await;
            }
        });
        Self {
            held: Some(Held {
                store,
                key,
                token,
                renewal: renewal.abort_handle(),
                released: false,
            }),
        }
    }

    /// Lets other processes call the model. A lease that is dropped is released a moment later.
    pub(super) async fn release(mut self) {
        if let Some(held) = &mut self.held {
            held.renewal.abort();
            held.released = true;
            held.store.release(&held.key, held.token).await;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.renewal.abort();
        if self.released {
            return;
        }
        // Without a runtime the program is ending, and the lease expires by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (store, key, token) = (Arc::clone(&self.store), self.key, self.token);
            runtime.spawn(async move { store.release(&key, token).await });
        }
    }
}
