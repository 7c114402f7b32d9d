//! One call for many callers: equal questions that are asked at the same time share one flight.

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
type Board = Mutex<HashMap<Key, Weak<Flight>>>;

/// The flights under way.
#[derive(Default)]
pub(crate) struct Flights {
    board: Arc<Board>,
    /// Counts them. A flight may be no task of its own.
    tracker: TaskTracker,
}

/// A call under way. It is held by those who wait for it, and ends when the last of them has gone.
///
/// As long as one alone waits for it, the call is a part of that one's task. With the second it becomes a task of its
/// own, so that none of them depends on another's being there.
struct Flight {
    call: Mutex<Call>,
    /// Whether somebody waits beside the one who started it.
    shared: AtomicBool,
    landed: OnceLock<Outcome>,
    landing: Notify,
    deadline: Deadline,
}

enum Call {
    /// It goes on when the one who started it is awake.
    Aboard {
        flying: Pin<Box<dyn Future<Output = Outcome> + Send>>,
        leader: Option<Waker>,
    },
    /// It goes on by itself.
    Task(AbortHandle),
    Over,
}

/// How a caller came by its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its question started the flight.
    Leader,
    /// It found the flight under way.
    Passenger,
}

impl Flights {
    /// Waits until none is under way.
    pub(crate) async fn end(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// How many are under way.
    pub(crate) fn count(&self) -> usize {
        self.tracker.len()
    }

    /// Waits for the flight with this key, starting it where there is none.
    ///
    /// A caller that goes away, the first one included, takes nothing from the others.
    pub(crate) async fn join<F>(
        &self,
        key: Key,
        deadline: Instant,
        call: impl FnOnce(Deadline) -> F,
    ) -> (Role, Outcome)
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (role, flight) = self.board(key, deadline, call);
        match role {
            Role::Leader => std::future::poll_fn(|cx| flight.fly(cx)).await,
            Role::Passenger => flight.share(),
        }
        (role, flight.outcome().await)
    }

    fn board<F>(
        &self,
        key: Key,
        deadline: Instant,
        call: impl FnOnce(Deadline) -> F,
    ) -> (Role, Arc<Flight>)
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut board = lock(&self.board);
        if let Some(flight) = board.get(&key).and_then(Weak::upgrade) {
            flight.deadline.extend(deadline);
            return (Role::Passenger, flight);
        }
        let deadline = Deadline::new(deadline);
        let call = call(deadline.clone());
        let flight = Arc::new_cyclic(|flight| {
            let off_the_board = Departure {
                board: Arc::clone(&self.board),
                key,
                flight: Weak::clone(flight),
            };
            let counted = self.tracker.token();
            // Not an `async` block: that would have room for the call twice.
            let call = AssertUnwindSafe(call).catch_unwind().map(move |outcome| {
                // First off the board, then land: who comes later starts anew and finds the cache filled.
                drop(off_the_board);
                drop(counted);
                outcome.unwrap_or_else(|_| Err(crashed()))
            });
            Flight {
                call: Mutex::new(Call::Aboard {
                    flying: Box::pin(call.in_current_span()),
                    leader: None,
                }),
                shared: AtomicBool::new(false),
                landed: OnceLock::new(),
                landing: Notify::new(),
                deadline,
            }
        });
        board.insert(key, Arc::downgrade(&flight));
        (Role::Leader, flight)
    }
}

impl Flight {
    /// Goes on with the call, until it has landed or is a task.
    fn fly(self: &Arc<Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut call = lock(&self.call);
        let Call::Aboard { flying, leader } = &mut *call else {
            return Poll::Ready(());
        };
        if let Poll::Ready(outcome) = flying.as_mut().poll(cx) {
            *call = Call::Over;
            drop(call);
            self.land(outcome);
            return Poll::Ready(());
        }
        if !leader
            .as_ref()
            .is_some_and(|known| known.will_wake(cx.waker()))
        {
            *leader = Some(cx.waker().clone());
        }
        drop(call);
        // Who came in the meantime could not do it: see `share`.
        fence(Ordering::SeqCst);
        if self.shared.load(Ordering::Relaxed) {
            self.take_off();
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Makes a task of the call, or leaves that to its leader who is going on with it at this moment: one of the two
    /// sees what the other has done.
    fn share(self: &Arc<Self>) {
        self.shared.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        self.take_off();
    }

    fn take_off(self: &Arc<Self>) {
        let Ok(mut call) = self.call.try_lock() else {
            return;
        };
        match std::mem::replace(&mut *call, Call::Over) {
            Call::Aboard { flying, leader } => {
                let landing = Landing(Arc::downgrade(self));
                let task = tokio::spawn(async move { landing.with(flying.await) });
                *call = Call::Task(task.abort_handle());
                // What wakes the call wakes its leader no more: it is to wait as the others do.
                if let Some(leader) = leader {
                    leader.wake();
                }
            }
            other => *call = other,
        }
    }

    fn land(&self, outcome: Outcome) {
        // The first word holds.
        let _ = self.landed.set(outcome);
        self.landing.notify_waiters();
    }

    async fn outcome(&self) -> Outcome {
        loop {
            // From here on no landing is missed.
            let landing = self.landing.notified();
            if let Some(outcome) = self.landed.get() {
                return outcome.clone();
            }
            landing.await;
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Call::Task(task) = self.call.get_mut().unwrap_or_else(PoisonError::into_inner) {
            // Of no effect on a call that has ended.
            task.abort();
        }
    }
}

/// The end of a task, however it ends.
struct Landing(Weak<Flight>);

impl Landing {
    fn with(&self, outcome: Outcome) {
        // All may have gone in the meantime.
        if let Some(flight) = self.0.upgrade() {
            flight.land(outcome);
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.with(Err(crashed()));
    }
}

/// Takes a flight off the board when its call ends, however it ends.
struct Departure {
    board: Arc<Board>,
    key: Key,
    flight: Weak<Flight>,
}

impl Drop for Departure {
    fn drop(&mut self) {
        let mut board = lock(&self.board);
        if let hash_map::Entry::Occupied(entry) = board.entry(self.key)
            // Another flight may have taken the place of one that was given up.
            && Weak::ptr_eq(entry.get(), &self.flight)
        {
            entry.remove();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn crashed() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "the task that asked the model ended without an answer",
    )
}
