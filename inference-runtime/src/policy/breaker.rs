//! Not asking a model that keeps failing.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{ErrorKind, InferenceError, deadline::Deadline, operation::CircuitBreaker};

/// A call with less time than this left has run out of it.
pub(super) const OUT_OF_TIME: Duration = Duration::from_millis(2);

/// What is known of one model's failures. Operations that share the model share this, each with a limit of its own.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// In a row.
    failures: u32,
    last: Option<Instant>,
    /// One call is trying whether the model is back.
    probing: bool,
}

/// How a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BreakerState {
    /// The model is asked.
    Closed,
    /// One call is let through, to see whether the model is back.
    HalfOpen,
    /// The model is not asked.
    Open,
}

/// What a call says of the model's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HealthSignal {
    Healthy,
    Failing,
    /// The call ended for reasons of its own.
    None,
}

/// The right to make one call. A call that is given up counts for nothing, unless its time was over.
pub(super) struct BreakerPermit<'b> {
    breaker: &'b Breaker,
    policy: &'b CircuitBreaker,
    deadline: &'b Deadline,
    probe: bool,
    told: bool,
}

/// What a call's end has done to the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transition {
    Opened,
    Closed,
    Nothing,
}

impl Breaker {
    /// Lets a call through, if the model may be asked; else says in how long it may.
    pub(super) fn admit<'b>(
        &'b self,
        policy: &'b CircuitBreaker,
        deadline: &'b Deadline,
    ) -> Result<BreakerPermit<'b>, Duration> {
        let mut known = self.known();
        let probe = match known.state(*policy) {
            BreakerState::Closed => false,
            BreakerState::HalfOpen if !known.probing => {
                known.probing = true;
                true
            }
            BreakerState::HalfOpen => return Err(Duration::ZERO),
            BreakerState::Open => {
                let since = known.last.map_or(Duration::ZERO, |last| last.elapsed());
                return Err(policy.reset.saturating_sub(since));
            }
        };
        Ok(BreakerPermit {
            breaker: self,
            policy,
            deadline,
            probe,
            told: false,
        })
    }

    pub(super) fn state(&self, policy: CircuitBreaker) -> BreakerState {
        self.known().state(policy)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn state(&self, policy: CircuitBreaker) -> BreakerState {
        if self.failures < policy.failures {
            return BreakerState::Closed;
        }
        match self.last {
            Some(last) if last.elapsed() < policy.reset => BreakerState::Open,
            _ => BreakerState::HalfOpen,
        }
    }
}

impl BreakerPermit<'_> {
    /// Whether this call tries a model that is not asked otherwise.
    pub(super) fn is_probe(&self) -> bool {
        self.probe
    }

    pub(super) fn tell(mut self, sign: HealthSignal) -> Transition {
        self.told = true;
        self.note(sign)
    }

    fn note(&self, sign: HealthSignal) -> Transition {
        let mut known = self.breaker.known();
        if self.probe {
            known.probing = false;
        }
        match sign {
            HealthSignal::None => Transition::Nothing,
            HealthSignal::Healthy => {
                let was_open = known.failures >= self.policy.failures;
                known.failures = 0;
                if was_open {
                    Transition::Closed
                } else {
                    Transition::Nothing
                }
            }
            HealthSignal::Failing => {
                known.failures = known.failures.saturating_add(1);
                known.last = Some(Instant::now());
                if known.failures == self.policy.failures {
                    Transition::Opened
                } else {
                    Transition::Nothing
                }
            }
        }
    }
}

impl Drop for BreakerPermit<'_> {
    fn drop(&mut self) {
        if !self.told {
            // Who waited for a call that hangs has gone a moment before it could say so.
            let hung = self.deadline.time_left() <= OUT_OF_TIME;
            self.note(if hung {
                HealthSignal::Failing
            } else {
                HealthSignal::None
            });
        }
    }
}

impl HealthSignal {
    pub(super) fn of(error: &InferenceError) -> Self {
        match error.kind() {
            ErrorKind::Unreachable
            | ErrorKind::Timeout
            | ErrorKind::ServiceFailed
            | ErrorKind::Overloaded => Self::Failing,
            // A service that refuses has read the question. One that is at its limit or loads a model is not asked
            // less by a breaker but by `Retry-After`.
            ErrorKind::InvalidInput
            | ErrorKind::InputTooLarge
            | ErrorKind::Unauthorized
            | ErrorKind::PaymentRequired
            | ErrorKind::ModelNotFound => Self::Healthy,
            _ => Self::None,
        }
    }
}

impl BreakerState {
    /// One word for metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }

    /// The value of the gauge.
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

    fn soon() -> Deadline {
        Deadline::new(Instant::now() + Duration::from_secs(1))
    }

    fn tell(breaker: &Breaker, sign: HealthSignal) -> Transition {
        let soon = soon();
        let pass = breaker.admit(&POLICY, &soon);
        pass.map_or(Transition::Nothing, |pass| pass.tell(sign))
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_in_a_row_and_tries_once_after_its_time() {
        let breaker = Breaker::default();
        assert_eq!(tell(&breaker, HealthSignal::Failing), Transition::Nothing);
        assert_eq!(tell(&breaker, HealthSignal::Healthy), Transition::Nothing);
        assert_eq!(tell(&breaker, HealthSignal::Failing), Transition::Nothing);
        assert_eq!(tell(&breaker, HealthSignal::Failing), Transition::Opened);
        assert_eq!(breaker.admit(&POLICY, &soon()).err(), Some(POLICY.reset));

        tokio::time::advance(POLICY.reset).await;
        assert_eq!(breaker.state(POLICY), BreakerState::HalfOpen);
        let deadline = soon();
        let probe = breaker.admit(&POLICY, &deadline).expect("a probe");
        assert!(
            breaker.admit(&POLICY, &soon()).is_err(),
            "one probe at a time"
        );
        assert_eq!(probe.tell(HealthSignal::Failing), Transition::Nothing);
        assert_eq!(breaker.state(POLICY), BreakerState::Open);

        tokio::time::advance(POLICY.reset).await;
        assert_eq!(tell(&breaker, HealthSignal::Healthy), Transition::Closed);
        assert_eq!(breaker.state(POLICY), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_is_given_up_makes_room_for_the_next() {
        let breaker = Breaker::default();
        tell(&breaker, HealthSignal::Failing);
        tell(&breaker, HealthSignal::Failing);
        tokio::time::advance(POLICY.reset).await;
        drop(breaker.admit(&POLICY, &soon()).expect("a probe"));
        assert!(breaker.admit(&POLICY, &soon()).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_nobody_waits_for_any_more_has_failed_where_its_time_is_over() {
        let breaker = Breaker::default();
        for _ in 0..2 {
            let deadline = soon();
            let pass = breaker.admit(&POLICY, &deadline).expect("a pass");
            tokio::time::advance(Duration::from_secs(1)).await;
            drop(pass);
        }
        assert_eq!(breaker.state(POLICY), BreakerState::Open);
    }

    #[test]
    fn a_limit_of_rate_says_nothing_of_health() {
        for (kind, sign) in [
            (ErrorKind::RateLimited, HealthSignal::None),
            (ErrorKind::ModelLoading, HealthSignal::None),
            (ErrorKind::NotConfigured, HealthSignal::None),
            (ErrorKind::Timeout, HealthSignal::Failing),
            (ErrorKind::Unreachable, HealthSignal::Failing),
            (ErrorKind::InvalidInput, HealthSignal::Healthy),
        ] {
            assert_eq!(
                HealthSignal::of(&InferenceError::new(kind, "")),
                sign,
                "{kind}"
            );
        }
    }
}
