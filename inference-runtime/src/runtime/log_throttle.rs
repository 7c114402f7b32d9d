//! Failures that come with every request while a service is down: the log is told when they begin, and then once in a
//! while how many there were.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{ErrorKind, InferenceError};

/// Of one sort of failure the log is told once in this time. Short enough that who looks into the log sees that it goes
/// on, long enough that hundreds of failures in a second leave room for everything else.
const PERIOD: Duration = Duration::from_secs(10);

/// So many sorts are remembered. Operations, models and kinds are finite, but their product may be large.
const MOST: usize = 1024;

/// What the log was told of each sort of failure. Only failures ask it: an answered prediction takes no lock.
#[derive(Debug, Default)]
pub(crate) struct LogThrottle(Mutex<HashMap<Sort, Told>>);

/// What an operator would call the same failure once more. The level is not in it: the kind decides that.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sort {
    operation: &'static str,
    backend: Option<String>,
    model: Option<String>,
    kind: ErrorKind,
}

#[derive(Debug)]
struct Told {
    at: Instant,
    /// How many there were since then.
    suppressed: u64,
}

impl LogThrottle {
    /// Whether the log is told of this failure at its level; and how many of its sort there were since it last was.
    pub(crate) fn admit(&self, operation: &'static str, error: &InferenceError) -> Option<u64> {
        let sort = Sort {
            operation,
            backend: error.backend().map(str::to_owned),
            model: error.model().map(str::to_owned),
            kind: error.kind(),
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(told) = known.get_mut(&sort) {
            if now.saturating_duration_since(told.at) < PERIOD {
                told.suppressed = told.suppressed.saturating_add(1);
                return None;
            }
            told.at = now;
            return Some(std::mem::take(&mut told.suppressed));
        }
        if known.len() >= MOST {
            forget_the_oldest(&mut known);
        }
        let told = Told {
            at: now,
            suppressed: 0,
        };
        known.insert(sort, told);
        Some(0)
    }
}

/// The one that is news again soonest anyway. Its count goes with it: a line too many hides less than one too few.
fn forget_the_oldest(known: &mut HashMap<Sort, Told>) {
    let oldest = known.iter().min_by_key(|(_, told)| told.at);
    if let Some(sort) = oldest.map(|(sort, _)| sort.clone()) {
        known.remove(&sort);
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
    async fn a_sort_is_news_once_in_a_period_and_counts_what_was_not() {
        let repeated = LogThrottle::default();
        assert_eq!(repeated.admit("a", &overloaded()), Some(0));
        for _ in 0..499 {
            assert_eq!(repeated.admit("a", &overloaded()), None);
        }
        tokio::time::advance(PERIOD - Duration::from_millis(1)).await;
        assert_eq!(repeated.admit("a", &overloaded()), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(repeated.admit("a", &overloaded()), Some(500));
        // The count and the period begin anew.
        assert_eq!(repeated.admit("a", &overloaded()), None);
        tokio::time::advance(PERIOD).await;
        assert_eq!(repeated.admit("a", &overloaded()), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_quiet_time_it_is_news_at_once() {
        let repeated = LogThrottle::default();
        for _ in 0..2 {
            assert_eq!(repeated.admit("a", &overloaded()), Some(0));
            tokio::time::advance(Duration::from_secs(3600)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn another_operation_model_backend_or_kind_is_another_sort() {
        let repeated = LogThrottle::default();
        let sorts = [
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
            for (operation, error) in &sorts {
                assert_eq!(repeated.admit(operation, error), expected, "{error:?}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_bounded_and_the_oldest_goes_first() {
        let repeated = LogThrottle::default();
        let of = |number: usize| failure(ErrorKind::Overloaded, &format!("org/{number}"));
        for number in 0..3 * MOST {
            assert_eq!(repeated.admit("a", &of(number)), Some(0));
            tokio::time::advance(Duration::from_nanos(1)).await;
        }
        assert_eq!(repeated.0.lock().expect("no panic").len(), MOST);
        assert_eq!(repeated.admit("a", &of(2 * MOST)), None);
        assert_eq!(repeated.admit("a", &of(2 * MOST - 1)), Some(0));
    }
}
