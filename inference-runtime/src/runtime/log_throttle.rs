//! Throttles the logging of repeated failures, such as those of every request while a service is down: the first is
//! logged, and then one per period with the number of suppressed ones.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{ErrorKind, InferenceError};

/// Equal failures are logged once per period. Short enough that an ongoing outage is visible in the log, long enough that
/// hundreds of failures per second do not flood it.
const PERIOD: Duration = Duration::from_secs(10);

/// The maximum number of keys. Operations, models and kinds are finite, but their product may be large.
const MAX_KEYS: usize = 1024;

/// When each failure was last logged. Used by failures only: a successful prediction takes no lock.
#[derive(Debug, Default)]
pub(crate) struct LogThrottle(Mutex<HashMap<FailureKey, LastLogged>>);

/// Failures with the same key count as repetitions. The log level is determined by the kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FailureKey {
    operation: &'static str,
    backend: Option<String>,
    model: Option<String>,
    kind: ErrorKind,
}

#[derive(Debug)]
struct LastLogged {
    at: Instant,
    /// The number of failures suppressed since then.
    suppressed: u64,
}

impl LogThrottle {
    /// Returns the number of equal failures suppressed since the last one logged if this failure is to be logged at its
    /// level, and `None` if it is to be suppressed.
    pub(crate) fn admit(&self, operation: &'static str, error: &InferenceError) -> Option<u64> {
        let key = FailureKey {
            operation,
            backend: error.backend().map(str::to_owned),
            model: error.model().map(str::to_owned),
            kind: error.kind(),
        };
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(last) = failures.get_mut(&key) {
            if now.saturating_duration_since(last.at) < PERIOD {
                last.suppressed = last.suppressed.saturating_add(1);
                return None;
            }
            last.at = now;
            return Some(std::mem::take(&mut last.suppressed));
        }
        if failures.len() >= MAX_KEYS {
            remove_oldest(&mut failures);
        }
        let last = LastLogged {
            at: now,
            suppressed: 0,
        };
        failures.insert(key, last);
        Some(0)
    }
}

/// Removes the key whose period ends first, and its count: one log line too many is better than one too few.
fn remove_oldest(failures: &mut HashMap<FailureKey, LastLogged>) {
    let oldest = failures.iter().min_by_key(|(_, last)| last.at);
    if let Some(key) = oldest.map(|(key, _)| key.clone()) {
        failures.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: ErrorKind, model: &str) -> InferenceError {
        InferenceError::new(kind, "it failed").with_model("hf", model)
    }

    fn overloaded() -> InferenceError {
        failure(ErrorKind::Overloaded, "org/model")
    }

    #[tokio::test(start_paused = true)]
    async fn failure_is_logged_once_per_period_with_the_suppressed_count() {
        let throttle = LogThrottle::default();
        assert_eq!(throttle.admit("a", &overloaded()), Some(0));
        for _ in 0..499 {
            assert_eq!(throttle.admit("a", &overloaded()), None);
        }
        tokio::time::advance(PERIOD - Duration::from_millis(1)).await;
        assert_eq!(throttle.admit("a", &overloaded()), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(throttle.admit("a", &overloaded()), Some(500));
        // The count and the period restart.
        assert_eq!(throttle.admit("a", &overloaded()), None);
        tokio::time::advance(PERIOD).await;
        assert_eq!(throttle.admit("a", &overloaded()), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn failure_after_a_quiet_period_is_logged_at_once() {
        let throttle = LogThrottle::default();
        for _ in 0..2 {
            assert_eq!(throttle.admit("a", &overloaded()), Some(0));
            tokio::time::advance(Duration::from_secs(3600)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn operation_model_backend_and_kind_are_throttled_separately() {
        let throttle = LogThrottle::default();
        let failures = [
            ("a", overloaded()),
            ("b", overloaded()),
            ("a", failure(ErrorKind::Overloaded, "org/other")),
            ("a", failure(ErrorKind::Timeout, "org/model")),
            (
                "a",
                InferenceError::new(ErrorKind::Overloaded, "").with_model("tei", "org/model"),
            ),
            ("a", InferenceError::new(ErrorKind::Overloaded, "")),
        ];
        for expected in [Some(0), None, None] {
            for (operation, error) in &failures {
                assert_eq!(throttle.admit(operation, error), expected, "{error:?}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_bounded_and_the_oldest_is_removed_first() {
        let throttle = LogThrottle::default();
        let numbered = |number: usize| failure(ErrorKind::Overloaded, &format!("org/{number}"));
        for number in 0..3 * MAX_KEYS {
            assert_eq!(throttle.admit("a", &numbered(number)), Some(0));
            tokio::time::advance(Duration::from_nanos(1)).await;
        }
        assert_eq!(throttle.0.lock().expect("no panic").len(), MAX_KEYS);
        assert_eq!(throttle.admit("a", &numbered(2 * MAX_KEYS)), None);
        assert_eq!(throttle.admit("a", &numbered(2 * MAX_KEYS - 1)), Some(0));
    }
}
