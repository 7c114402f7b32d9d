//! The deadline of a call that several callers may wait for.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// The time at which the last caller stops waiting for a call. Clones share one deadline.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    from: Instant,
    /// The time of the caller that started the call.
    limit: Duration,
    /// Milliseconds after `from`: an instant cannot be shared without a lock.
    millis: Arc<AtomicU64>,
}

impl Deadline {
    /// A deadline after this time.
    pub(crate) fn after(limit: Duration) -> Self {
        let from = Instant::now();
        Self {
            from,
            limit,
            millis: Arc::new(AtomicU64::new(millis(limit))),
        }
    }

    /// Moves the deadline to this instant, if that is later.
    pub(crate) fn extend(&self, deadline: Instant) {
        let after = deadline.saturating_duration_since(self.from);
        self.millis.fetch_max(millis(after), Ordering::Relaxed);
    }

    pub(crate) fn time_left(&self) -> Duration {
        let total = Duration::from_millis(self.millis.load(Ordering::Relaxed));
        total.saturating_sub(self.from.elapsed())
    }

    /// Waits for a future, but not beyond the deadline, wherever that moves meanwhile.
    pub(crate) async fn wait_for<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        loop {
            if let Ok(output) = tokio::time::timeout(self.time_left(), future.as_mut()).await {
                return Some(output);
            }
            if self.time_left().is_zero() {
                return None;
            }
        }
    }

    /// The time from the start of the call, without extensions.
    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
