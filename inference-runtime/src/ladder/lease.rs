//! One call for all processes that share a store: who has the right to ask, and who waits for the answer.

use std::{sync::Arc, time::Duration};

use tokio::task::AbortHandle;

use super::cache_slot::CacheSlot;
use crate::{
    Inference,
    cache::{Entry, Guard, Key, LeaseToken},
    policy::Asking,
    telemetry,
};

/// How long a process that has died keeps the right to ask.
const LEASE: Duration = Duration::from_secs(2);
/// How often one that lives says so.
const RENEWAL: Duration = Duration::from_millis(500);
/// Between two looks for the answer of another process: at first, and at most.
const FIRST_LOOK: Duration = Duration::from_millis(5);
const LAST_LOOK: Duration = Duration::from_millis(100);

pub(super) enum Taken {
    /// The model is ours to ask.
    Ours(Box<Lease>),
    /// Another process has asked it.
    Answered(Entry),
}

/// The right to ask. It is renewed while it is held, and given back when it is dropped.
pub(super) struct Lease {
    /// None where the store could not give one: the model is asked without.
    held: Option<Held>,
}

struct Held {
    store: Arc<Guard>,
    key: Key,
    holder: LeaseToken,
    renewal: AbortHandle,
    given_back: bool,
}

/// Takes the right to ask, or waits for the answer of the process that has it. When nobody waits any more it ends by
/// being dropped; until then who died is waited for no longer than its lease.
pub(super) async fn take(inference: &Inference, asking: &Asking<'_>, place: CacheSlot) -> Taken {
    let deadline = asking.deadline;
    let store = inference.shared_store();
    let holder = LeaseToken::new(fastrand::u128(..).to_ne_bytes());
    let mut pause = FIRST_LOOK;
    loop {
        match store.lease(&place.key, holder, LEASE).await {
            Some(true) => break,
            Some(false) if deadline.time_left().is_zero() => {
                return Taken::Ours(Box::new(Lease { held: None }));
            }
            Some(false) => {
                if pause == FIRST_LOOK {
                    telemetry::waiting_for_another(&asking.asked());
                }
                tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
                pause = (pause * 2).min(LAST_LOOK);
                if let Some(entry) = place.fresh(inference).await {
                    return Taken::Answered(entry);
                }
            }
            // The store has failed: one call too many is better than none.
            None => return Taken::Ours(Box::new(Lease { held: None })),
        }
    }
    let lease = Lease::held(store, place.key, holder);
    // Another process may have answered between our look and our lease.
    if let Some(entry) = place.fresh(inference).await {
        lease.give_back().await;
        return Taken::Answered(entry);
    }
    Taken::Ours(Box::new(lease))
}

impl Lease {
    fn held(store: Arc<Guard>, key: Key, holder: LeaseToken) -> Self {
        let renewing = Arc::clone(&store);
        let renewal = tokio::spawn(async move {
            loop {
                tokio::time::sleep(RENEWAL).await;
                renewing.lease(&key, holder, LEASE).await;
            }
        });
        Self {
            held: Some(Held {
                store,
                key,
                holder,
                renewal: renewal.abort_handle(),
                given_back: false,
            }),
        }
    }

    /// Lets the others ask. Where it is not called, dropping does the same a moment later.
    pub(super) async fn give_back(mut self) {
        if let Some(held) = &mut self.held {
            held.renewal.abort();
            held.given_back = true;
            held.store.release(&held.key, held.holder).await;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.renewal.abort();
        if self.given_back {
            return;
        }
        // Without a runtime the program ends, and the lease does so by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (store, key, holder) = (Arc::clone(&self.store), self.key, self.holder);
            runtime.spawn(async move { store.release(&key, holder).await });
        }
    }
}
