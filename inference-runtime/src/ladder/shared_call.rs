//! A model's answer on its way into the cache: one call for all who ask the same.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{ResolvedCall, attempt::ask, cache_slot::CacheSlot, lease};
use crate::{
    Inference, InferenceError,
    backend::Backend,
    cache::{Entry, Role},
    deadline::Deadline,
    error::ErrorKind,
    operation::SingleFlight,
    policy::Asking,
    runtime::PlannedModel,
    task::Task,
};

/// One model, asked for an answer that will be kept.
pub(super) struct Fetch<'a, T: Task> {
    pub(super) inference: &'a Inference,
    pub(super) served: &'a Arc<PlannedModel>,
    pub(super) question: &'a Arc<ResolvedCall<T>>,
    pub(super) place: &'a CacheSlot,
    /// The time for this model.
    pub(super) time: Duration,
}

impl<T: Task> Fetch<'_, T> {
    /// Asks together with all of this process who ask the same.
    pub(super) async fn shared(self) -> (Role, Result<Entry, InferenceError>) {
        let backend = match self.inference.backend(self.served) {
            Ok(backend) => backend,
            Err(error) => return (Role::Leader, Err(error)),
        };
        let time = self.time;
        let until = Instant::now() + time;
        let flights = self.inference.flights();
        flights
            .join(self.place.key, until, |deadline| {
                // The flight may outlive the one who starts it.
                let inference = self.inference.clone();
                let backend = Arc::clone(backend);
                let served = Arc::clone(self.served);
                let question = Arc::clone(self.question);
                let place = *self.place;
                async move {
                    let asking = asking(&*backend, &served, &question, time, &deadline);
                    fetch(&inference, &asking, &served, &question, &place).await
                }
            })
            .await
    }
}

/// The model options to be asked this question.
pub(super) fn asking<'a, T: Task>(
    backend: &'a dyn Backend,
    served: &'a PlannedModel,
    question: &'a ResolvedCall<T>,
    time: Duration,
    deadline: &'a Deadline,
) -> Asking<'a> {
    Asking {
        operation: question.plan.spec.name(),
        model: &served.model,
        backend,
        policies: &question.plan.policies,
        guards: &served.guards,
        time,
        deadline,
    }
}

async fn fetch<T: Task>(
    inference: &Inference,
    asking: &Asking<'_>,
    served: &PlannedModel,
    question: &ResolvedCall<T>,
    place: &CacheSlot,
) -> Result<Entry, InferenceError> {
    // One that landed between our look and our start has filled the cache.
    if question.reads
        && let Some(entry) = place.fresh(inference).await
    {
        return Ok(entry);
    }
    let lease = match place.policy.single_flight {
        // Boxed: most operations need no room for it.
        SingleFlight::Cluster => match Box::pin(lease::take(inference, asking, *place)).await {
            lease::Taken::Ours(lease) => Some(lease),
            lease::Taken::Answered(entry) => return Ok(entry),
        },
        _ => None,
    };
    let fresh = ask(asking, served, question).await?.into_entry();
    let entry = fresh.entry().clone();
    let store = inference.store();
    store.put(place.key, fresh, place.policy.keep()).await;
    if let Some(lease) = lease {
        lease.give_back().await;
    }
    Ok(entry)
}

pub(super) fn not_kept() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "an answer could not be kept in the form of its task",
    )
}
