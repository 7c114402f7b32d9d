//! One call for many callers: equal questions that are asked at the same time share one flight.

use std::{
    collections::{HashMap, hash_map},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::{sync::watch, task::AbortHandle, time::Instant};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{Entry, Key};
use crate::{ErrorKind, InferenceError, backend::Deadline};

type Outcome = Result<Entry, InferenceError>;

/// The flights under way.
#[derive(Default)]
pub(crate) struct Flights {
    under_way: Arc<Mutex<HashMap<Key, Weak<Flight>>>>,
    tasks: TaskTracker,
}

/// A call under way. It is held by those who wait for it, and ends when the last of them has gone.
struct Flight {
    landed: watch::Receiver<Option<Outcome>>,
    call: AbortHandle,
    deadline: Deadline,
}

impl Drop for Flight {
    fn drop(&mut self) {
        // Of no effect on a call that has ended.
        self.call.abort();
    }
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
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// How many are under way.
    pub(crate) fn count(&self) -> usize {
        self.tasks.len()
    }

    /// Waits for the flight with this key, starting it where there is none.
    ///
    /// The call runs in a task of its own: a caller that goes away, the first one included, takes nothing from the
    /// others.
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
        let mut landed = flight.landed.clone();
        let outcome = match landed.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone(),
            Err(_) => None,
        };
        (role, outcome.unwrap_or_else(|| Err(crashed())))
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
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = under_way.get(&key).and_then(Weak::upgrade) {
            flight.deadline.extend(deadline);
            return (Role::Passenger, flight);
        }
        let (land, landed) = watch::channel(None);
        let deadline = Deadline::at(deadline);
        let call = call(deadline.clone());
        let off_the_board = Departure {
            under_way: Arc::clone(&self.under_way),
            key,
            landed: landed.clone(),
        };
        let task = self.tasks.spawn(
            async move {
                let outcome = call.await;
                // First off the board, then land: who comes later starts anew and finds the cache filled.
                drop(off_the_board);
                // All may have gone in the meantime.
                let _ = land.send(Some(outcome));
            }
            .in_current_span(),
        );
        let flight = Arc::new(Flight {
            landed,
            call: task.abort_handle(),
            deadline,
        });
        under_way.insert(key, Arc::downgrade(&flight));
        (Role::Leader, flight)
    }
}

/// Takes a flight off the board when its call ends, however it ends.
struct Departure {
    under_way: Arc<Mutex<HashMap<Key, Weak<Flight>>>>,
    key: Key,
    landed: watch::Receiver<Option<Outcome>>,
}

impl Drop for Departure {
    fn drop(&mut self) {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let hash_map::Entry::Occupied(entry) = under_way.entry(self.key) else {
            return;
        };
        // Another flight may have taken the place of one that was given up.
        let ours = match entry.get().upgrade() {
            Some(flight) => flight.landed.same_channel(&self.landed),
            None => true,
        };
        if ours {
            entry.remove();
        }
    }
}

fn crashed() -> InferenceError {
    InferenceError::new(
        ErrorKind::Internal,
        "the task that asked the model ended without an answer",
    )
}
