//! The freshness of a cache entry.

use std::time::Duration;

use crate::operation::CachePolicy;

/// Whether an entry may be served, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// It is served, and stays fresh for this time.
    Fresh { left: Duration },
    /// It is served while it is refreshed (`stale_while_revalidate`). It has been stale for this time.
    Refresh { past: Duration },
    /// It is served if every model fails (`stale_if_error`).
    IfError,
    /// It is not served.
    Expired,
}

impl Freshness {
    pub(super) fn new(policy: &CachePolicy, age: Duration) -> Self {
        let CachePolicy {
            ttl,
            stale_if_error,
            stale_while_revalidate,
            ..
        } = *policy;
        if age < ttl {
            return Self::Fresh { left: ttl - age };
        }
        let past = age - ttl;
        let within = |window: Option<Duration>| window.is_some_and(|window| past < window);
        if within(stale_while_revalidate) {
            Self::Refresh { past }
        } else if within(stale_if_error) {
            Self::IfError
        } else {
            Self::Expired
        }
    }
}

/// For how long an entry of this age has been stale, if it may still be served after every model has failed.
pub(super) fn stale_if_error(policy: &CachePolicy, age: Duration) -> Option<Duration> {
    let past = age.checked_sub(policy.ttl)?;
    (past < policy.stale_if_error?).then_some(past)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn policy(stale_if_error: Option<u64>, stale_while_revalidate: Option<u64>) -> CachePolicy {
        let mut policy = CachePolicy::new(seconds(10));
        policy.stale_if_error = stale_if_error.map(seconds);
        policy.stale_while_revalidate = stale_while_revalidate.map(seconds);
        policy
    }

    #[test]
    fn freshness_decreases_with_age_and_ends_with_the_windows() {
        let both = policy(Some(20), Some(5));
        for (age, freshness) in [
            (0, Freshness::Fresh { left: seconds(10) }),
            (9, Freshness::Fresh { left: seconds(1) }),
            (10, Freshness::Refresh { past: seconds(0) }),
            (14, Freshness::Refresh { past: seconds(4) }),
            (15, Freshness::IfError),
            (29, Freshness::IfError),
            (30, Freshness::Expired),
        ] {
            assert_eq!(Freshness::new(&both, seconds(age)), freshness, "{age}");
        }
        let without_windows = policy(None, None);
        assert_eq!(
            Freshness::new(&without_windows, seconds(10)),
            Freshness::Expired
        );
        assert_eq!(stale_if_error(&both, seconds(9)), None);
        assert_eq!(stale_if_error(&both, seconds(12)), Some(seconds(2)));
        assert_eq!(stale_if_error(&both, seconds(30)), None);
        assert_eq!(stale_if_error(&policy(None, Some(5)), seconds(12)), None);
    }
}
