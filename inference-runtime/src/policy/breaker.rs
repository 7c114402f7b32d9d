//! Circuit breaker: stops calls to a model that keeps failing.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{ErrorKind, InferenceError, deadline::Deadline, operation::CircuitBreaker};

/// A call with less time left than this counts as timed out.
pub(super) const OUT_OF_TIME: Duration = Duration::from_millis(2);

/// The failures of one model. Operations that share the model share its breaker, each with its own threshold.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<FailureCount>);

#[derive(Debug, Default)]
struct FailureCount {
    consecutive: u32,
    last_failure: Option<Instant>,
    /// Whether a probe is in flight.
    probing: bool,
}

/// The state of a breaker under one operation's policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BreakerState {
    /// Calls are allowed.
    Closed,
    /// One probe is allowed, to find out whether the model has recovered.
    HalfOpen,
    /// Calls are rejected.
    Open,
}

/// What the outcome of a call indicates about the model's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HealthSignal {
    Healthy,
    Failing,
    /// Nothing: the call failed for other reasons.
    Unknown,
}

/// The permission to make one call. A call that is dropped counts for nothing, unless it timed out.
pub(super) struct BreakerPermit<'b> {
    breaker: &'b Breaker,
    policy: &'b CircuitBreaker,
    deadline: &'b Deadline,
    probe: bool,
    recorded: bool,
}

/// The change of the breaker's state by a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transition {
    Opened,
    Closed,
    Unchanged,
}

impl Breaker {
    /// Admits a call, or returns how long the breaker stays open.
    pub(super) fn admit<'b>(
        &'b self,
        policy: &'b CircuitBreaker,
        deadline: &'b Deadline,
    ) -> Result<BreakerPermit<'b>, Duration> {
        let mut count = self.lock();
        let probe = match count.state(*policy) {
            BreakerState::Closed => false,
            BreakerState::HalfOpen if !count.probing => {
                count.probing = true;
                true
            }
            BreakerState::HalfOpen => return Err(Duration::ZERO),
            BreakerState::Open => {
                let elapsed = count
                    .last_failure
                    .map_or(Duration::ZERO, |last| last.elapsed());
                return Err(policy.reset.saturating_sub(elapsed));
            }
        };
        Ok(BreakerPermit {
            breaker: self,
            policy,
            deadline,
            probe,
            recorded: false,
        })
    }

    pub(super) fn state(&self, policy: CircuitBreaker) -> BreakerState {
        self.lock().state(policy)
    }

    fn lock(&self) -> MutexGuard<'_, FailureCount> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FailureCount {
    fn state(&self, policy: CircuitBreaker) -> BreakerState {
        if self.consecutive < policy.failures {
            return BreakerState::Closed;
        }
        match self.last_failure {
            Some(last) if last.elapsed() < policy.reset => BreakerState::Open,
            _ => BreakerState::HalfOpen,
        }
    }
}

impl BreakerPermit<'_> {
    /// Whether this call is a probe of a half-open breaker.
    pub(super) fn is_probe(&self) -> bool {
        self.probe
    }

    /// Records the outcome of the call.
    pub(super) fn record(mut self, signal: HealthSignal) -> Transition {
        self.recorded = true;
        self.apply(signal)
    }

    fn apply(&self, signal: HealthSignal) -> Transition {
        let mut count = self.breaker.lock();
        if self.probe {
            count.probing = false;
        }
        match signal {
            HealthSignal::Unknown => Transition::Unchanged,
            HealthSignal::Healthy => {
                let was_open = count.consecutive >= self.policy.failures;
                count.consecutive = 0;
                if was_open {
                    Transition::Closed
                } else {
                    Transition::Unchanged
                }
            }
            HealthSignal::Failing => {
                count.consecutive = count.consecutive.saturating_add(1);
                count.last_failure = Some(Instant::now());
                if count.consecutive == self.policy.failures {
                    Transition::Opened
                } else {
                    Transition::Unchanged
                }
            }
        }
    }
}

impl Drop for BreakerPermit<'_> {
    fn drop(&mut self) {
        if !self.recorded {
            // A hanging call is dropped by its caller's timeout just before its own.
            let timed_out = self.deadline.time_left() <= OUT_OF_TIME;
            self.apply(if timed_out {
                HealthSignal::Failing
            } else {
                HealthSignal::Unknown
            });
        }
    }
}

impl HealthSignal {
    pub(super) fn from_error(error: &InferenceError) -> Self {
        match error.kind() {
            ErrorKind::Unreachable
            | ErrorKind::Timeout
            | ErrorKind::ServiceFailed
            | ErrorKind::Overloaded => Self::Failing,
            // A service that rejects a request is healthy. One that is rate-limited or loading a model is handled by
            // `Retry-After`, not by the breaker.
            ErrorKind::InvalidInput
            | ErrorKind::InputTooLarge
            | ErrorKind::Unauthorized
            | ErrorKind::PaymentRequired
            | ErrorKind::ModelNotFound => Self::Healthy,
            _ => Self::Unknown,
        }
    }
}

impl BreakerState {
    /// Returns the label for metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }

    /// Returns the value of the gauge.
    pub(crate) const fn as_gauge(self) -> f64 {
        match self {
            Self::Closed => 0.0,
            Self::HalfOpen => 1.0,
            Self::Open => 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: CircuitBreaker = CircuitBreaker::new(2, Duration::from_secs(30));

    fn in_one_second() -> Deadline {
        Deadline::after(Duration::from_secs(1))
    }

    fn record(breaker: &Breaker, signal: HealthSignal) -> Transition {
        let deadline = in_one_second();
        let permit = breaker.admit(&POLICY, &deadline);
        permit.map_or(Transition::Unchanged, |permit| permit.record(signal))
    }

    #[tokio::test(start_paused = true)]
    async fn breaker_opens_after_consecutive_failures_and_admits_one_probe_after_reset() {
        let breaker = Breaker::default();
        assert_eq!(
            record(&breaker, HealthSignal::Failing),
            Transition::Unchanged
        );
        assert_eq!(
            record(&breaker, HealthSignal::Healthy),
            Transition::Unchanged
        );
        assert_eq!(
            record(&breaker, HealthSignal::Failing),
            Transition::Unchanged
        );
        assert_eq!(record(&breaker, HealthSignal::Failing), Transition::Opened);
        assert_eq!(
            breaker.admit(&POLICY, &in_one_second()).err(),
            Some(POLICY.reset)
        );

        tokio::time::advance(POLICY.reset).await;
        assert_eq!(breaker.state(POLICY), BreakerState::HalfOpen);
        let deadline = in_one_second();
        let probe = breaker.admit(&POLICY, &deadline).expect("a probe");
        assert!(
            breaker.admit(&POLICY, &in_one_second()).is_err(),
            "one probe at a time"
        );
        assert_eq!(probe.record(HealthSignal::Failing), Transition::Unchanged);
        assert_eq!(breaker.state(POLICY), BreakerState::Open);

        tokio::time::advance(POLICY.reset).await;
        assert_eq!(record(&breaker, HealthSignal::Healthy), Transition::Closed);
        assert_eq!(breaker.state(POLICY), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn dropped_probe_allows_another_probe() {
        let breaker = Breaker::default();
        record(&breaker, HealthSignal::Failing);
        record(&breaker, HealthSignal::Failing);
        tokio::time::advance(POLICY.reset).await;
        drop(breaker.admit(&POLICY, &in_one_second()).expect("a probe"));
        assert!(breaker.admit(&POLICY, &in_one_second()).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn call_dropped_after_its_deadline_counts_as_failed() {
        let breaker = Breaker::default();
        for _ in 0..2 {
            let deadline = in_one_second();
            let permit = breaker.admit(&POLICY, &deadline).expect("a permit");
            tokio::time::advance(Duration::from_secs(1)).await;
            drop(permit);
        }
        assert_eq!(breaker.state(POLICY), BreakerState::Open);
    }

    #[test]
    fn rate_limit_errors_do_not_affect_health() {
        for (kind, signal) in [
            (ErrorKind::RateLimited, HealthSignal::Unknown),
            (ErrorKind::ModelLoading, HealthSignal::Unknown),
            (ErrorKind::NotConfigured, HealthSignal::Unknown),
            (ErrorKind::Timeout, HealthSignal::Failing),
            (ErrorKind::Unreachable, HealthSignal::Failing),
            (ErrorKind::InvalidInput, HealthSignal::Healthy),
        ] {
            assert_eq!(
                HealthSignal::from_error(&InferenceError::new(kind, "")),
                signal,
                "{kind}"
            );
        }
    }
}
