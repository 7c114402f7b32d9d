//! One call for all concurrent callers of a key, whose answer is stored.

use std::sync::Arc;

use tokio::time::Instant;

use super::{attempt::Attempt, cache_slot::CacheSlot, lease};
use crate::{
    InferenceError,
    cache::{Entry, Role},
    deadline::Deadline,
    operation::SingleFlight,
    task::Task,
};

impl<T: Task> Attempt<'_, T> {
    /// Joins the flight of the key, and starts it if there is none.
    pub(super) async fn share(&self, slot: &CacheSlot) -> (Role, Result<Entry, InferenceError>) {
        let time = self.time;
        let flights = self.inference.flights();
        flights
            .join(slot.key, Instant::now() + time, |deadline| {
                // The flight may outlive its first caller.
                let inference = self.inference.clone();
                let planned = Arc::clone(self.planned);
                let backend = Arc::clone(self.backend);
                let call = Arc::clone(self.call);
                let slot = *slot;
                async move {
                    let attempt = Attempt {
                        inference: &inference,
                        planned: &planned,
                        backend: &backend,
                        call: &call,
                        time,
                    };
                    attempt.fetch(&slot, &deadline).await
                }
            })
            .await
    }

    /// Calls the model and stores its answer, unless the cache or another process has one in the meantime.
    pub(super) async fn fetch(
        &self,
        slot: &CacheSlot,
        deadline: &Deadline,
    ) -> Result<Entry, InferenceError> {
        // A flight that ended between the lookup and the start of this one has filled the cache.
        if self.call.reads_cache
            && let Some(entry) = slot.get_fresh(self.inference).await
        {
            return Ok(entry);
        }
        let lease = if slot.policy.single_flight == SingleFlight::Cluster {
            let labels = self.planned.guards.labels();
            // Boxed: most operations need no room for it.
            let acquired = Box::pin(lease::acquire(self.inference, labels, deadline, *slot));
            match acquired.await {
                lease::Acquired::Lease(lease) => Some(lease),
                lease::Acquired::Entry(entry) => return Ok(entry),
            }
        } else {
            None
        };
        let answer = self.call_model(deadline).await?;
        let entry = slot.put(self.inference, answer).await;
        if let Some(lease) = lease {
            lease.release().await;
        }
        Ok(entry)
    }
}
