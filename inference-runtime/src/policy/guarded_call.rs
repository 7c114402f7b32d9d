//! Calls to one model under the policies of one operation.

use std::{
    pin::{Pin, pin},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{sync::OwnedSemaphorePermit, time::Instant};

use super::{
    PolicyGuards,
    breaker::{BreakerPermit, BreakerState, HealthSignal, OUT_OF_TIME, Transition},
    hedge::hedged,
    limiter::{ConcurrencyLimiter, RateLimiter},
    retry,
};
use crate::{
    ErrorKind, InferenceError,
    deadline::Deadline,
    telemetry::{self, CallLabels},
};

/// A permit to have one call under way, where `concurrency` limits them. Dropping it frees its place.
type Permit = Option<OwnedSemaphorePermit>;

type Outcome<R> = Result<(R, Permit), InferenceError>;

impl PolicyGuards {
    /// Calls the model until it succeeds, the failure is not transient, or no time or attempt is left.
    pub(crate) async fn call<'c, R: Send + 'c>(
        &'c self,
        deadline: &Deadline,
        send: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    ) -> Outcome<R> {
        let send = || telemetry::timed(&self.labels(), send());
        if !self.guard_calls {
            return Ok((send().await?, None));
        }
        let mut made = 1;
        loop {
            let error = match self.call_once(deadline, &send).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !retry::is_retryable(&error) || !self.wait_for_retry(made, &error, deadline).await {
                return Err(error);
            }
            made += 1;
        }
    }

    /// Sends several requests in one call, and those with a transient failure again. Returns their responses in order.
    pub(crate) async fn call_many<'c, Q: Clone, R: Send + 'c>(
        &'c self,
        deadline: &Deadline,
        requests: &[Q],
        send: impl Fn(Vec<Q>) -> BoxFuture<'c, Vec<Result<R, InferenceError>>>,
    ) -> Vec<Result<R, InferenceError>> {
        let mut responses = self.call_many_once(deadline, requests, &send).await;
        let mut made = 1;
        loop {
            let failed: Vec<usize> = (0..responses.len())
                .filter(|index| responses[*index].as_ref().is_err_and(retry::is_retryable))
                .collect();
            let longest = failed
                .iter()
                .filter_map(|index| responses[*index].as_ref().err())
                .max_by_key(|error| error.retry_after());
            let Some(error) = longest else {
                return responses;
            };
            if !self.wait_for_retry(made, error, deadline).await {
                return responses;
            }
            let again: Vec<Q> = failed
                .iter()
                .map(|index| requests[*index].clone())
                .collect();
            let answers = self.call_many_once(deadline, &again, &send).await;
            for (index, response) in failed.into_iter().zip(answers) {
                responses[index] = response;
            }
            made += 1;
        }
    }

    async fn call_many_once<'c, Q: Clone, R: Send + 'c>(
        &'c self,
        deadline: &Deadline,
        requests: &[Q],
        send: impl Fn(Vec<Q>) -> BoxFuture<'c, Vec<Result<R, InferenceError>>>,
    ) -> Vec<Result<R, InferenceError>> {
        // To the policies several requests are one call, which failed if all of them met a failing service.
        let together = || {
            let sent = send(requests.to_vec());
            let sent = async move {
                let responses = sent.await;
                let failing = |response: &Result<R, InferenceError>| {
                    response.as_ref().is_err_and(|error| {
                        HealthSignal::from_error(error) == HealthSignal::Failing
                    })
                };
                match responses.first() {
                    Some(Err(error)) if responses.iter().all(failing) => Err(error.clone()),
                    _ => Ok(responses),
                }
            };
            telemetry::timed(&self.labels(), Box::pin(sent))
        };
        match self.call_once(deadline, together).await {
            Ok((responses, _)) => responses,
            Err(error) => requests.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// Waits before another attempt. Returns `false` if there is none, or no time for it.
    async fn wait_for_retry(&self, made: u32, error: &InferenceError, deadline: &Deadline) -> bool {
        let Some(wait) = self
            .policies
            .retry
            .filter(|retry| made < retry.attempts)
            .and_then(|retry| retry::delay(retry, made, error, deadline.time_left()))
        else {
            return false;
        };
        telemetry::retrying(&self.labels(), made, wait, error);
        tokio::time::sleep(wait).await;
        true
    }

    /// Makes one attempt, if the circuit breaker and the limits admit it. The permit is returned with the response.
    async fn call_once<'c, R>(
        &self,
        deadline: &Deadline,
        send: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    ) -> Outcome<R> {
        let breaker = self.breaker_permit(deadline)?;
        let probe = breaker.as_ref().is_some_and(BreakerPermit::is_probe);
        if probe {
            self.report_breaker_state();
        }
        let capacity = Capacity {
            concurrency: self.concurrency.as_deref(),
            rate: self.rate.as_deref(),
        };
        let permit = match capacity.try_acquire() {
            Some(permit) => permit,
            // Half of the time is the model's. Boxed: most calls need not wait.
            None => Box::pin(capacity.acquire(deadline.time_left() / 2)).await?,
        };
        // A probe is not hedged: the model may still be failing.
        let hedge = self.policies.hedge.filter(|_| !probe);
        let mut second = None;
        let call = pin!(hedged(hedge, send, || {
            second = capacity.try_acquire();
            if second.is_some() {
                telemetry::hedging(&self.labels());
            }
            second.is_some()
        }));
        let outcome = self.within_limits(deadline, call).await;
        if let Some(breaker) = breaker {
            let signal = outcome
                .as_ref()
                .err()
                .map_or(HealthSignal::Healthy, HealthSignal::from_error);
            let transition = breaker.record(signal);
            self.report_transition(transition);
            if probe || transition != Transition::Unchanged {
                self.report_breaker_state();
            }
        }
        outcome.map(|response| (response, permit))
    }

    fn breaker_permit<'b>(
        &'b self,
        deadline: &'b Deadline,
    ) -> Result<Option<BreakerPermit<'b>>, InferenceError> {
        let Some(policy) = &self.policies.circuit_breaker else {
            return Ok(None);
        };
        let permit = self.breaker().admit(policy, deadline);
        permit.map(Some).map_err(|wait| {
            InferenceError::new(
                ErrorKind::CircuitOpen,
                "the circuit breaker of the model is open; help: add a `fallback`, or another model",
            )
            .with_retry_after(wait)
        })
    }

    /// Waits no longer than one attempt may take, and no longer than any caller waits.
    async fn within_limits<R>(
        &self,
        deadline: &Deadline,
        mut call: Pin<&mut (impl Future<Output = Result<R, InferenceError>> + ?Sized)>,
    ) -> Result<R, InferenceError> {
        let started = Instant::now();
        loop {
            let left = deadline.time_left();
            let limit = self.policies.attempt_timeout;
            let attempt_left = limit.map(|limit| limit.saturating_sub(started.elapsed()));
            let wait = attempt_left.map_or(left, |attempt_left| attempt_left.min(left));
            if let Ok(outcome) = tokio::time::timeout(wait, call.as_mut()).await {
                return outcome;
            }
            if let Some(limit) = limit.filter(|limit| started.elapsed() >= *limit) {
                return Err(timed_out(limit, "attempt_timeout"));
            }
            // A caller with more time may have extended the deadline.
            if deadline.time_left() <= OUT_OF_TIME {
                return Err(timed_out(deadline.limit(), "timeout"));
            }
        }
    }

    fn report_transition(&self, transition: Transition) {
        match transition {
            Transition::Opened => {
                telemetry::breaker(&self.labels(), BreakerState::Open.as_str(), true);
            }
            Transition::Closed => {
                telemetry::breaker(&self.labels(), BreakerState::Closed.as_str(), false);
            }
            Transition::Unchanged => {}
        }
    }

    fn report_breaker_state(&self) {
        if let Some(policy) = self.policies.circuit_breaker {
            telemetry::breaker_state(&self.labels(), || self.breaker().state(policy).as_gauge());
        }
    }

    /// The operation and the model, for log lines and metrics.
    pub(crate) fn labels(&self) -> CallLabels<'_> {
        CallLabels {
            operation: self.operation,
            model: &self.model,
        }
    }
}

/// The limits that a call has to pass.
struct Capacity<'g> {
    concurrency: Option<&'g ConcurrencyLimiter>,
    rate: Option<&'g RateLimiter>,
}

impl Capacity<'_> {
    /// Waits for a permit for one call, up to this time.
    async fn acquire(&self, within: Duration) -> Result<Permit, InferenceError> {
        let started = Instant::now();
        let permit = match self.concurrency {
            Some(limiter) => Some(limiter.acquire(within).await?),
            None => None,
        };
        if let Some(rate) = self.rate {
            rate.wait(within.saturating_sub(started.elapsed())).await?;
        }
        Ok(permit)
    }

    /// Returns a permit if one is free now.
    fn try_acquire(&self) -> Option<Permit> {
        let permit = match self.concurrency {
            Some(limiter) => Some(limiter.try_acquire()?),
            None => None,
        };
        self.rate
            .is_none_or(RateLimiter::try_acquire)
            .then_some(permit)
    }
}

/// The model did not respond within this time, which this argument sets.
pub(crate) fn timed_out(after: Duration, argument: &str) -> InferenceError {
    let after = Duration::from_millis(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
    InferenceError::new(
        ErrorKind::Timeout,
        format!(
            "the model did not answer within {}; help: raise `{argument}` or add a `fallback`",
            humantime::format_duration(after)
        ),
    )
}
