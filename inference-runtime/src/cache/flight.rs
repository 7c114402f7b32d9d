//! Single-flight: concurrent equal requests share one call to the model.

use std::{
    collections::{HashMap, hash_map},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering, fence},
    },
    task::{Context, Poll, Waker},
};

use futures_util::FutureExt;
use tokio::{sync::Notify, task::AbortHandle, time::Instant};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{Entry, Key};
use crate::{ErrorKind, InferenceError, deadline::Deadline};

type Outcome = Result<Entry, InferenceError>;
type InFlight = Mutex<HashMap<Key, Weak<Flight>>>;

/// The calls in flight, by key.
#[derive(Default)]
pub(crate) struct Flights {
    in_flight: Arc<InFlight>,
    /// Counts the flights. Not all of them are spawned as tasks.
    tracker: TaskTracker,
}

/// A call in flight. Every waiter holds it, and it is cancelled when the last waiter drops it.
///
/// While it has one waiter, the call is polled by that waiter. A second waiter spawns it as a task, so that no waiter
/// depends on another one being polled.
struct Flight {
    call: Mutex<Call>,
    /// Whether there are waiters beside the leader.
    shared: AtomicBool,
    outcome: OnceLock<Outcome>,
    completed: Notify,
    deadline: Deadline,
}

enum Call {
    /// Polled by the leader.
    Inline {
        future: Pin<Box<dyn Future<Output = Outcome> + Send>>,
        leader: Option<Waker>,
    },
    /// Spawned as a task.
    Spawned(AbortHandle),
    Done,
}

/// The part that a caller has in a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It started the flight.
    Leader,
    /// It joined a call in flight.
    Follower,
}

impl Flights {
    /// Waits until no call is in flight.
    pub(crate) async fn drain(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Returns the number of calls in flight.
    pub(crate) fn count(&self) -> usize {
        self.tracker.len()
    }

    /// Joins the flight with this key, starting it if there is none, and waits for its outcome.
    ///
    /// A caller that is dropped, the leader included, does not affect the others.
    pub(crate) async fn join<F>(
        &self,
        key: Key,
        until: Instant,
        call: impl FnOnce(Deadline) -> F,
    ) -> (Role, Outcome)
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let waiting = self.join_or_start(key, until, || {
            let deadline = Deadline::after(until.saturating_duration_since(Instant::now()));
            let call = call(deadline.clone());
            (deadline, call)
        });
        let role = waiting.role;
        (role, waiting.outcome().await)
    }

    /// Joins the flight with this key, or starts one with this call and its deadline, which several flights may share.
    pub(crate) fn join_or_start<F>(
        &self,
        key: Key,
        until: Instant,
        call: impl FnOnce() -> (Deadline, F),
    ) -> Waiting
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut in_flight = lock(&self.in_flight);
        if let Some(flight) = in_flight.get(&key).and_then(Weak::upgrade) {
            flight.deadline.extend(until);
            return Waiting {
                role: Role::Follower,
                flight,
            };
        }
        let (deadline, call) = call();
        let flight = Arc::new_cyclic(|flight| {
            let remove = RemoveOnDrop {
                in_flight: Arc::clone(&self.in_flight),
                key,
                flight: Weak::clone(flight),
            };
            let token = self.tracker.token();
            // Not an `async` block: its future would hold the call twice.
            let call = AssertUnwindSafe(call).catch_unwind().map(move |outcome| {
                // Removed before it completes: a later caller starts anew and finds the cache filled.
                drop(remove);
                drop(token);
                outcome.unwrap_or_else(|_| Err(ended_early()))
            });
            Flight {
                call: Mutex::new(Call::Inline {
                    future: Box::pin(call.in_current_span()),
                    leader: None,
                }),
                shared: AtomicBool::new(false),
                outcome: OnceLock::new(),
                completed: Notify::new(),
                deadline,
            }
        });
        in_flight.insert(key, Arc::downgrade(&flight));
        Waiting {
            role: Role::Leader,
            flight,
        }
    }
}

/// A caller that waits for a flight. Dropping it does not affect the others.
pub(crate) struct Waiting {
    role: Role,
    flight: Arc<Flight>,
}

impl Waiting {
    /// Whether this caller's call is the one in flight.
    pub(crate) fn is_leader(&self) -> bool {
        self.role == Role::Leader
    }

    pub(crate) async fn outcome(self) -> Outcome {
        match self.role {
            Role::Leader => std::future::poll_fn(|cx| self.flight.poll_inline(cx)).await,
            Role::Follower => self.flight.share(),
        }
        self.flight.outcome().await
    }
}

impl Flight {
    /// Polls the call until it has completed or has been spawned.
    fn poll_inline(self: &Arc<Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut call = lock(&self.call);
        let Call::Inline { future, leader } = &mut *call else {
            return Poll::Ready(());
        };
        if let Poll::Ready(outcome) = future.as_mut().poll(cx) {
            *call = Call::Done;
            drop(call);
            self.complete(outcome);
            return Poll::Ready(());
        }
        if !leader
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()))
        {
            *leader = Some(cx.waker().clone());
        }
        drop(call);
        // A follower that joined during the poll could not spawn the call: see `share`.
        fence(Ordering::SeqCst);
        if self.shared.load(Ordering::Relaxed) {
            self.spawn();
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Spawns the call as a task, or leaves that to the leader if it is polling the call at this moment: the fences
    /// ensure that one of the two sees what the other has done.
    fn share(self: &Arc<Self>) {
        self.shared.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        self.spawn();
    }

    fn spawn(self: &Arc<Self>) {
        let Ok(mut call) = self.call.try_lock() else {
            return;
        };
        match std::mem::replace(&mut *call, Call::Done) {
            Call::Inline { future, leader } => {
                let guard = CompleteOnDrop(Arc::downgrade(self));
                let task = tokio::spawn(async move { guard.complete(future.await) });
                *call = Call::Spawned(task.abort_handle());
                // The call no longer wakes its leader, which now has to wait as the followers do.
                if let Some(leader) = leader {
                    leader.wake();
                }
            }
            other => *call = other,
        }
    }

    fn complete(&self, outcome: Outcome) {
        // The first outcome wins.
        let _ = self.outcome.set(outcome);
        self.completed.notify_waiters();
    }

    async fn outcome(&self) -> Outcome {
        loop {
            // Created before the check, so that a completion in between is not missed.
            let completed = self.completed.notified();
            if let Some(outcome) = self.outcome.get() {
                return outcome.clone();
            }
            completed.await;
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Call::Spawned(task) = self.call.get_mut().unwrap_or_else(PoisonError::into_inner) {
            // Has no effect on a call that has ended.
            task.abort();
        }
    }
}

/// Completes a flight when its task ends, even if the task is aborted.
struct CompleteOnDrop(Weak<Flight>);

impl CompleteOnDrop {
    fn complete(&self, outcome: Outcome) {
        // All waiters may have been dropped in the meantime.
        if let Some(flight) = self.0.upgrade() {
            flight.complete(outcome);
        }
    }
}

impl Drop for CompleteOnDrop {
    fn drop(&mut self) {
        self.complete(Err(ended_early()));
    }
}

/// Removes a flight from the map when its call ends, even if the call panics or is cancelled.
struct RemoveOnDrop {
    in_flight: Arc<InFlight>,
    key: Key,
    flight: Weak<Flight>,
}

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        let mut in_flight = lock(&self.in_flight);
        if let hash_map::Entry::Occupied(entry) = in_flight.entry(self.key)
            // A flight that was cancelled may have been replaced by another one.
            && Weak::ptr_eq(entry.get(), &self.flight)
        {
            entry.remove();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ended_early() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "the call to the model panicked or was cancelled",
    )
}
