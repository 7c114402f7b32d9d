//! Asking again: after which failures, and when.

use std::time::Duration;

use crate::{ErrorKind, InferenceError, operation::Retry};

/// Whether another call may go better than one that failed so.
///
/// A failure of ours does not pass by asking again: the breaker and the limits have their own time.
pub(super) fn may_pass(error: &InferenceError) -> bool {
    let transient = matches!(
        error.kind(),
        ErrorKind::RateLimited
            | ErrorKind::ModelLoading
            | ErrorKind::Overloaded
            | ErrorKind::Unreachable
            | ErrorKind::Timeout
            | ErrorKind::ServiceFailed
    );
    // Of the many ways in which a service can fail only these are known to pass.
    transient
        && error.upstream_status().is_none_or(|status| {
            status.is_success()
                || matches!(
                    status.as_u16(),
                    408 | 424 | 425 | 429 | 500 | 502 | 503 | 504 | 529
                )
        })
}

/// How long to wait before the next call: as long as the service says, else a random time up to a bound that doubles
/// with each call ("full jitter": those who failed together do not come back together). None where that is later than
/// anybody waits.
pub(super) fn wait(
    retry: Retry,
    calls_made: u32,
    error: &InferenceError,
    time_left: Duration,
) -> Option<Duration> {
    let doublings = calls_made.saturating_sub(1).min(31);
    let bound = retry
        .backoff
        .saturating_mul(1 << doublings)
        .min(retry.max_backoff);
    let jitter = bound.mul_f64(fastrand::f64());
    let wait = match error.retry_after() {
        // All who were told the same time do not come at the same moment.
        Some(told) if told.saturating_add(jitter) < time_left => told.saturating_add(jitter),
        Some(told) => told,
        None => jitter,
    };
    (wait < time_left).then_some(wait)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    const PLENTY: Duration = Duration::from_secs(60);

    fn failed(status: u16) -> InferenceError {
        let kind = match status {
            429 => ErrorKind::RateLimited,
            408 | 504 => ErrorKind::Timeout,
            424 | 425 | 503 => ErrorKind::Overloaded,
            400 => ErrorKind::InvalidInput,
            401 => ErrorKind::Unauthorized,
            _ => ErrorKind::ServiceFailed,
        };
        let status = StatusCode::from_u16(status).expect("a status");
        InferenceError::new(kind, "").with_upstream_status(status)
    }

    #[test]
    fn only_what_may_pass_is_asked_again() {
        for status in [408, 424, 425, 429, 500, 502, 503, 504] {
            assert!(may_pass(&failed(status)), "{status}");
        }
        for status in [400, 401, 505, 507, 520] {
            assert!(!may_pass(&failed(status)), "{status}");
        }
        assert!(may_pass(&InferenceError::new(ErrorKind::Unreachable, "")));
        for kind in [
            ErrorKind::CircuitOpen,
            ErrorKind::Throttled,
            ErrorKind::MalformedOutput,
        ] {
            assert!(!may_pass(&InferenceError::new(kind, "")), "{kind}");
        }
    }

    #[test]
    fn waits_are_random_below_a_bound_that_doubles_up_to_its_limit() {
        let mut retry = Retry::new(9);
        retry.backoff = Duration::from_millis(100);
        retry.max_backoff = Duration::from_millis(300);
        for (made, bound) in [(1, 100), (2, 200), (3, 300), (9, 300), (u32::MAX, 300)] {
            let waits: Vec<_> = (0..200)
                .filter_map(|_| wait(retry, made, &failed(500), PLENTY))
                .collect();
            let bound = Duration::from_millis(bound);
            assert!(waits.iter().all(|wait| *wait <= bound), "{made}");
            assert!(waits.iter().any(|wait| *wait > bound / 2), "{made}");
            assert!(waits.iter().any(|wait| *wait < bound / 2), "{made}");
        }
    }

    #[test]
    fn the_services_own_time_is_kept_and_what_does_not_fit_is_given_up() {
        let told = failed(429).with_retry_after(Duration::from_secs(2));
        let wait_of = |left| wait(Retry::new(3), 1, &told, left);
        let waited = wait_of(PLENTY).expect("fits");
        assert!(waited >= Duration::from_secs(2) && waited <= Duration::from_millis(2_100));
        assert_eq!(
            wait_of(Duration::from_millis(2_001))
                .expect("fits")
                .as_secs(),
            2
        );
        assert_eq!(wait_of(Duration::from_secs(2)), None);
    }
}
