use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// The deadline of a call: the latest of its callers' deadlines. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    start: Instant,
    /// Milliseconds after `start`: an `Instant` cannot be updated atomically.
    millis: Arc<AtomicU64>,
}

impl Deadline {
    pub(crate) fn new(deadline: Instant) -> Self {
        let start = Instant::now();
        Self {
            start,
            millis: Arc::new(AtomicU64::new(millis(start, deadline))),
        }
    }

    /// Adds a caller, which extends the deadline if its own is later.
    pub(crate) fn extend(&self, deadline: Instant) {
        self.millis
            .fetch_max(millis(self.start, deadline), Ordering::Relaxed);
    }

    pub(crate) fn time_left(&self) -> Duration {
        let total = Duration::from_millis(self.millis.load(Ordering::Relaxed));
        total.saturating_sub(self.start.elapsed())
    }
}

fn millis(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}
