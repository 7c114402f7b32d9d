use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// When the last of those who wait for a call will have gone. Clones are one deadline.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    from: Instant,
    /// Milliseconds after `from`: an instant cannot be shared without a lock.
    millis: Arc<AtomicU64>,
}

impl Deadline {
    pub(crate) fn new(deadline: Instant) -> Self {
        let from = Instant::now();
        Self {
            from,
            millis: Arc::new(AtomicU64::new(millis(from, deadline))),
        }
    }

    /// The deadline this long from now.
    pub(crate) fn after(time: Duration) -> Self {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            from: Instant::now(),
            millis: Arc::new(AtomicU64::new(millis)),
        }
    }

    /// One more caller waits, perhaps longer than those before.
    pub(crate) fn extend(&self, deadline: Instant) {
        self.millis
            .fetch_max(millis(self.from, deadline), Ordering::Relaxed);
    }

    pub(crate) fn time_left(&self) -> Duration {
        let whole = Duration::from_millis(self.millis.load(Ordering::Relaxed));
        whole.saturating_sub(self.from.elapsed())
    }
}

fn millis(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}
