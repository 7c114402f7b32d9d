//! Background refreshes of stale entries: at most one per key, with a pause after a failure.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::Key;

/// The pause after a failed refresh, so that a service that is down is not called by every request.
const PAUSE: Duration = Duration::from_secs(1);

/// The most refreshes that are running or remembered as failed at a time. An entry beyond that is refreshed later.
const MAX: usize = 256;

/// The running refreshes, and for a while the failed ones.
#[derive(Clone, Default)]
pub(crate) struct Refreshes {
    state: Arc<Mutex<State>>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct State {
    refreshes: HashMap<Key, RefreshState>,
    closed: bool,
}

#[derive(Clone, Copy)]
enum RefreshState {
    Running,
    FailedAt(Instant),
}

/// The right to refresh one entry. Dropped without [`finish`](Self::finish) it counts as failed.
pub(crate) struct RefreshPermit {
    refreshes: Refreshes,
    key: Key,
    succeeded: bool,
}

impl Refreshes {
    /// Claims the refresh of this entry. Returns `None` if one is running, or failed less than [`PAUSE`] ago.
    pub(crate) fn start(&self, key: Key) -> Option<RefreshPermit> {
        let mut state = self.state();
        if state.closed {
            return None;
        }
        let refreshes = &mut state.refreshes;
        let expired = |state: &RefreshState| matches!(state, RefreshState::FailedAt(at) if at.elapsed() >= PAUSE);
        if refreshes.get(&key).is_some_and(|state| !expired(state)) {
            return None;
        }
        if refreshes.len() >= MAX {
            refreshes.retain(|_, state| !expired(state));
            if refreshes.len() >= MAX {
                return None;
            }
        }
        refreshes.insert(key, RefreshState::Running);
        Some(RefreshPermit {
            refreshes: self.clone(),
            key,
            succeeded: false,
        })
    }

    /// Runs a refresh in the background.
    pub(crate) fn spawn(&self, refresh: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(refresh);
    }

    /// Starts no more refreshes, and waits for the running ones.
    pub(crate) async fn drain(&self) {
        self.state().closed = true;
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RefreshPermit {
    pub(crate) fn finish(mut self, succeeded: bool) {
        self.succeeded = succeeded;
    }
}

impl Drop for RefreshPermit {
    fn drop(&mut self) {
        let mut state = self.refreshes.state();
        if self.succeeded {
            state.refreshes.remove(&self.key);
        } else {
            state
                .refreshes
                .insert(self.key, RefreshState::FailedAt(Instant::now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::test_key;

    #[tokio::test(start_paused = true)]
    async fn one_refresh_runs_per_key_and_a_failed_one_is_paused() {
        let refreshes = Refreshes::default();
        let permit = refreshes.start(test_key()).expect("the first");
        assert!(refreshes.start(test_key()).is_none(), "one at a time");
        permit.finish(true);
        let permit = refreshes.start(test_key()).expect("after a success");
        permit.finish(false);
        assert!(refreshes.start(test_key()).is_none(), "just failed");
        tokio::time::advance(PAUSE).await;
        drop(refreshes.start(test_key()).expect("after a while"));
        assert!(refreshes.start(test_key()).is_none(), "dropped unfinished");
    }
}
