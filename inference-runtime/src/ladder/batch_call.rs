//! One call to a model for several inputs.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{join, join_all},
};
use tokio::{sync::oneshot, task::AbortHandle, time::Instant};
use tracing::Instrument;

use super::{
    ResolvedCall,
    attempt::{Attempt, wrong_type},
    batch::Outcome,
    cache_slot::{CacheSlot, answered_by_model},
    lease::{self, Acquired, Lease},
};
use crate::{
    Inference, InferenceError,
    backend::Backend,
    cache::{Entry, Validated},
    deadline::Deadline,
    error::ErrorKind,
    operation::SingleFlight,
    policy::timed_out,
    runtime::PlannedModel,
    task::Task,
};

/// One call to a model for several inputs. It owns everything it needs: as the flight of each of its inputs it may
/// outlive its caller.
pub(super) struct BatchCall<T: Task> {
    inference: Inference,
    planned: Arc<PlannedModel>,
    backend: Arc<dyn Backend>,
    requests: Vec<BatchRequest<T>>,
    time: Duration,
    deadline: Deadline,
}

struct BatchRequest<T: Task> {
    call: Arc<ResolvedCall<T>>,
    slot: Option<CacheSlot>,
}

/// A request whose answer ends the flight of its key.
struct Led<T: Task> {
    call: Arc<ResolvedCall<T>>,
    slot: CacheSlot,
    landing: oneshot::Sender<Result<Entry, InferenceError>>,
}

impl<T: Task> BatchCall<T> {
    /// # Errors
    ///
    /// If the backend of the model is not configured.
    pub(super) fn new(
        inference: &Inference,
        planned: &Arc<PlannedModel>,
        time: Duration,
    ) -> Result<Self, InferenceError> {
        Ok(Self {
            backend: Arc::clone(inference.backend(planned)?),
            inference: inference.clone(),
            planned: Arc::clone(planned),
            requests: Vec::new(),
            time,
            deadline: Deadline::after(time),
        })
    }

    pub(super) fn push(&mut self, call: Arc<ResolvedCall<T>>, slot: Option<CacheSlot>) {
        self.requests.push(BatchRequest { call, slot });
    }

    /// Calls the model, within its time. The outcomes are in the order of the requests.
    pub(super) async fn answer(self) -> Vec<Outcome<T>> {
        let slots: Option<Vec<_>> = self.requests.iter().map(|request| request.slot).collect();
        match slots {
            Some(slots) => Arc::new(self).answer_shared(&slots).await,
            None => self.answer_alone().await,
        }
    }

    /// Calls the model for this caller alone.
    async fn answer_alone(&self) -> Vec<Outcome<T>> {
        let calls: Vec<_> = self.calls().collect();
        let Ok(answers) = tokio::time::timeout(self.time, self.call_model(&calls)).await else {
            return calls.iter().map(|_| Err(self.timed_out())).collect();
        };
        let answers = answers.into_iter().zip(calls);
        let answered = answers.map(|(answer, call)| {
            let (value, origin) = answer?.into_parts();
            Ok(answered_by_model(value, origin, call.started))
        });
        answered.collect()
    }

    /// Joins the flights of the keys that are in flight, and calls the model for the others, whose flights it leads.
    async fn answer_shared(self: Arc<Self>, slots: &[CacheSlot]) -> Vec<Outcome<T>> {
        let until = Instant::now() + self.time;
        let task = Arc::new(AbortOnDrop::default());
        let mut led = Vec::new();
        let mut waiting = Vec::new();
        for (call, slot) in self.calls().zip(slots) {
            let (landing, landed) = oneshot::channel();
            let flight = self.inference.flights().join_or_start(slot.key, until, || {
                let task = Arc::clone(&task);
                let entry = async move {
                    let entry = landed.await.unwrap_or_else(|_| Err(interrupted()));
                    drop(task);
                    entry
                };
                (self.deadline.clone(), entry)
            });
            let started = call.started;
            if flight.is_leader() {
                let slot = *slot;
                led.push(Led {
                    call,
                    slot,
                    landing,
                });
            }
            waiting.push(async move {
                let entry = tokio::time::timeout_at(until, flight.outcome()).await;
                (entry, started)
            });
        }
        if !led.is_empty() {
            let land = Arc::clone(&self).land(led).in_current_span();
            task.set(tokio::spawn(land).abort_handle());
        }
        drop(task);
        let entries = join_all(waiting).await.into_iter();
        let answered = entries.map(|(entry, started)| {
            let entry = entry.unwrap_or_else(|_| Err(self.timed_out()))?;
            let value = entry.output::<T>().ok_or_else(wrong_type)?;
            Ok(answered_by_model(
                value,
                Arc::clone(entry.origin()),
                started,
            ))
        });
        answered.collect()
    }

    fn calls(&self) -> impl Iterator<Item = Arc<ResolvedCall<T>>> {
        self.requests
            .iter()
            .map(|request| Arc::clone(&request.call))
    }

    fn timed_out(&self) -> InferenceError {
        self.planned.label(timed_out(self.time, "timeout"))
    }

    fn attempt<'a>(&'a self, call: &'a Arc<ResolvedCall<T>>) -> Attempt<'a, T> {
        Attempt {
            inference: &self.inference,
            planned: &self.planned,
            backend: &self.backend,
            call,
            time: self.time,
        }
    }

    /// Calls the model with these inputs together, and validates its outputs.
    async fn call_model(
        &self,
        calls: &[Arc<ResolvedCall<T>>],
    ) -> Vec<Result<Validated<T>, InferenceError>> {
        if calls.is_empty() {
            return Vec::new();
        }
        let requests: Result<Vec<_>, _> = calls
            .iter()
            .map(|call| call.request(&self.planned, &self.deadline))
            .collect();
        let requests = match requests {
            Ok(requests) => requests,
            Err(error) => {
                let error = self.planned.label(error);
                return calls.iter().map(|_| Err(error.clone())).collect();
            }
        };
        let guards = &self.planned.guards;
        let responses = guards
            .call_many(&self.deadline, &requests, |requests| {
                let backend = &self.backend;
                async move { backend.call_many(&requests).await }.boxed()
            })
            .await;
        if responses.len() != calls.len() {
            let error = self
                .planned
                .label(wrong_count(calls.len(), responses.len()));
            return calls.iter().map(|_| Err(error.clone())).collect();
        }
        let validated = responses
            .into_iter()
            .zip(calls)
            .map(|(response, call)| async move {
                let attempt = self.attempt(call);
                let response = response.map_err(|error| self.planned.label(error))?;
                let decoded = attempt.decode(&call.input, response)?;
                attempt.validate(&self.deadline, decoded).await
            });
        join_all(validated).await
    }

    /// Ends the flights of these requests with the model's answers, or with answers that the cache or other processes
    /// have in the meantime.
    async fn land(self: Arc<Self>, led: Vec<Led<T>>) {
        let mut together = Vec::new();
        let mut elsewhere = Vec::new();
        let claims = led.into_iter().map(|led| async {
            let claim = self.claim(&led).await;
            (led, claim)
        });
        for (led, claim) in join_all(claims).await {
            match claim {
                Claim::Call(lease) => together.push((led, lease)),
                Claim::Entry(entry) => led.land(Ok(entry)),
                Claim::Elsewhere => elsewhere.push(led),
            }
        }
        let calls: Vec<_> = together
            .iter()
            .map(|(led, _)| Arc::clone(&led.call))
            .collect();
        let batch = async {
            let answers = self.call_model(&calls).await;
            let stored = together
                .into_iter()
                .zip(answers)
                .map(|((led, lease), answer)| async {
                    let entry = match answer {
                        Ok(answer) => Ok(led.slot.put(&self.inference, answer).await),
                        Err(error) => Err(error),
                    };
                    if let Some(lease) = lease {
                        lease.release().await;
                    }
                    led.land(entry);
                });
            join_all(stored).await;
        };
        let waiting = elsewhere.into_iter().map(|led| async {
            let entry = self
                .attempt(&led.call)
                .fetch(&led.slot, &self.deadline)
                .await;
            led.land(entry);
        });
        join(batch, join_all(waiting)).await;
    }

    async fn claim(&self, led: &Led<T>) -> Claim {
        // A flight that ended between the lookup and the start of this one has filled the cache.
        if led.call.reads_cache
            && let Some(entry) = led.slot.get_fresh(&self.inference).await
        {
            return Claim::Entry(entry);
        }
        if led.slot.policy.single_flight != SingleFlight::Cluster {
            return Claim::Call(None);
        }
        match lease::try_acquire(&self.inference, led.slot).await {
            Some(Acquired::Lease(lease)) => Claim::Call(Some(lease)),
            Some(Acquired::Entry(entry)) => Claim::Entry(entry),
            None => Claim::Elsewhere,
        }
    }
}

/// The source of the answer to one request of a batch.
enum Claim {
    /// The model, called by this process.
    Call(Option<Box<Lease>>),
    Entry(Entry),
    /// Another process, which has the lease.
    Elsewhere,
}

impl<T: Task> Led<T> {
    fn land(self, entry: Result<Entry, InferenceError>) {
        // All callers may have been cancelled.
        let _ = self.landing.send(entry);
    }
}

/// Aborts the task of a batch when the last flight of its inputs has no caller left.
#[derive(Default)]
struct AbortOnDrop(OnceLock<AbortHandle>);

impl AbortOnDrop {
    fn set(&self, task: AbortHandle) {
        let _ = self.0.set(task);
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = self.0.get() {
            // Does nothing if the task has ended.
            task.abort();
        }
    }
}

fn interrupted() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "the task that called the model ended without an answer",
    )
}

fn wrong_count(requests: usize, responses: usize) -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        format!("the backend returned {responses} responses to {requests} requests"),
    )
}
