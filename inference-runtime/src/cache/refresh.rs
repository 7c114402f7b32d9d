//! Which entries are being refreshed, and which could not be a moment ago.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::Key;

/// A failed refresh is tried again no sooner: a service that is down is not asked by every request.
const PAUSE: Duration = Duration::from_secs(1);

/// So many refreshes are under way or remembered as failed at a time; an entry beyond that waits for its turn.
const MAX: usize = 256;

/// The refreshes under way, and the failed ones for a while.
#[derive(Clone, Default)]
pub(crate) struct Refreshes {
    known: Arc<Mutex<Known>>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Known {
    standings: HashMap<Key, Standing>,
    closed: bool,
}

#[derive(Clone, Copy)]
enum Standing {
    UnderWay,
    FailedAt(Instant),
}

/// The right to refresh one entry. Dropped without a word it counts as failed.
pub(crate) struct Ticket {
    refreshes: Refreshes,
    key: Key,
    succeeded: bool,
}

impl Refreshes {
    /// The right to refresh this entry, unless somebody has it.
    pub(crate) fn start(&self, key: Key) -> Option<Ticket> {
        let mut known = self.known();
        if known.closed {
            return None;
        }
        let known = &mut known.standings;
        let over = |standing: &Standing| matches!(standing, Standing::FailedAt(at) if at.elapsed() >= PAUSE);
        if known.get(&key).is_some_and(|standing| !over(standing)) {
            return None;
        }
        if known.len() >= MAX {
            known.retain(|_, standing| !over(standing));
            if known.len() >= MAX {
                return None;
            }
        }
        known.insert(key, Standing::UnderWay);
        Some(Ticket {
            refreshes: self.clone(),
            key,
            succeeded: false,
        })
    }

    /// Refreshes in the background.
    pub(crate) fn spawn(&self, refresh: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(refresh);
    }

    /// Begins no more of them, and waits for those under way.
    pub(crate) async fn end(&self) {
        self.known().closed = true;
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    pub(crate) fn end(mut self, succeeded: bool) {
        self.succeeded = succeeded;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut known = self.refreshes.known();
        if self.succeeded {
            known.standings.remove(&self.key);
        } else {
            known
                .standings
                .insert(self.key, Standing::FailedAt(Instant::now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::test_key;

    #[tokio::test(start_paused = true)]
    async fn one_at_a_time_and_after_a_failure_not_at_once() {
        let refreshes = Refreshes::default();
        let ticket = refreshes.start(test_key()).expect("the first");
        assert!(refreshes.start(test_key()).is_none(), "one at a time");
        ticket.end(true);
        let ticket = refreshes.start(test_key()).expect("after a success");
        ticket.end(false);
        assert!(refreshes.start(test_key()).is_none(), "just failed");
        tokio::time::advance(PAUSE).await;
        drop(refreshes.start(test_key()).expect("after a while"));
        assert!(refreshes.start(test_key()).is_none(), "given up");
    }
}
