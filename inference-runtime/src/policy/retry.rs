//! Retries: which failures are retried, and after which delay.

use std::time::Duration;

use crate::{ErrorKind, InferenceError, operation::Retry};

/// Whether a call that failed with this error may succeed when it is retried.
///
/// Rejections by the breaker or the limits are not retried: they have their own timing.
pub(super) fn is_retryable(error: &InferenceError) -> bool {
    let transient = matches!(
        error.kind(),
        ErrorKind::RateLimited
            | ErrorKind::ModelLoading
            | ErrorKind::Overloaded
            | ErrorKind::Unreachable
            | ErrorKind::Timeout
            | ErrorKind::ServiceFailed
    );
    // Of the statuses of failures, only these are known to be transient.
    transient
        && error.upstream_status().is_none_or(|status| {
            status.is_success()
                || matches!(
                    status.as_u16(),
                    408 | 424 | 425 | 429 | 500 | 502 | 503 | 504 | 529
                )
        })
}

/// Returns the delay before the next call: the service's `Retry-After`, otherwise a random time up to a bound that doubles
/// with each call ("full jitter", so that calls that failed together are not retried together). Returns `None` if the
/// delay exceeds the time left.
pub(super) fn delay(
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
    let delay = match error.retry_after() {
        // Jitter spreads the callers that got the same `Retry-After`.
        Some(wait) if wait.saturating_add(jitter) < time_left => wait.saturating_add(jitter),
        Some(wait) => wait,
        None => jitter,
    };
    (delay < time_left).then_some(delay)
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
    fn only_transient_failures_are_retryable() {
        for status in [408, 424, 425, 429, 500, 502, 503, 504] {
            assert!(is_retryable(&failed(status)), "{status}");
        }
        for status in [400, 401, 505, 507, 520] {
            assert!(!is_retryable(&failed(status)), "{status}");
        }
        assert!(is_retryable(&InferenceError::new(
            ErrorKind::Unreachable,
            ""
        )));
        for kind in [
            ErrorKind::CircuitOpen,
            ErrorKind::Throttled,
            ErrorKind::MalformedOutput,
        ] {
            assert!(!is_retryable(&InferenceError::new(kind, "")), "{kind}");
        }
    }

    #[test]
    fn delay_is_random_below_a_bound_that_doubles_up_to_max_backoff() {
        let mut retry = Retry::new(9);
        retry.backoff = Duration::from_millis(100);
        retry.max_backoff = Duration::from_millis(300);
        for (made, bound) in [(1, 100), (2, 200), (3, 300), (9, 300), (u32::MAX, 300)] {
            let delays: Vec<_> = (0..200)
                .filter_map(|_| delay(retry, made, &failed(500), PLENTY))
                .collect();
            let bound = Duration::from_millis(bound);
            assert!(delays.iter().all(|delay| *delay <= bound), "{made}");
            assert!(delays.iter().any(|delay| *delay > bound / 2), "{made}");
            assert!(delays.iter().any(|delay| *delay < bound / 2), "{made}");
        }
    }

    #[test]
    fn retry_after_is_respected_and_a_delay_beyond_the_time_left_is_none() {
        let error = failed(429).with_retry_after(Duration::from_secs(2));
        let delay_within = |time_left| delay(Retry::new(3), 1, &error, time_left);
        let delay = delay_within(PLENTY).expect("fits");
        assert!(delay >= Duration::from_secs(2) && delay <= Duration::from_millis(2_100));
        assert_eq!(
            delay_within(Duration::from_millis(2_001))
                .expect("fits")
                .as_secs(),
            2
        );
        assert_eq!(delay_within(Duration::from_secs(2)), None);
    }
}
