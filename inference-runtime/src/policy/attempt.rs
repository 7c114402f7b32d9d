//! One model, asked under the policies of one operation.

use std::{
    pin::{Pin, pin},
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{BoxFuture, FutureExt},
    stream::{self, Fuse},
};
use tokio::{sync::OwnedSemaphorePermit, time::Instant};

use super::{
    Guards,
    breaker::{BreakerPermit, BreakerState, HealthSignal, OUT_OF_TIME, Transition},
    hedge::hedged,
    limiter::{ConcurrencyLimiter, RateLimiter},
    retry,
};
use crate::{
    ErrorKind, InferenceError,
    backend::{Backend, Chunk, Chunks, Request, Response, StreamingResponse},
    deadline::Deadline,
    operation::{Model, Policies},
    telemetry::{self, CallLabels},
};

/// One model about to be asked.
pub(crate) struct Asking<'a> {
    pub(crate) operation: &'static str,
    pub(crate) model: &'a Model,
    pub(crate) backend: &'a dyn Backend,
    pub(crate) policies: &'a Policies,
    pub(crate) guards: &'a Guards,
    /// The time for this model.
    pub(crate) time: Duration,
    /// When the last of those who wait for its answer has gone.
    pub(crate) deadline: &'a Deadline,
}

/// The first piece of text of a stream, and the rest of the stream.
type Begun = (Chunk, StreamingResponse);

impl Asking<'_> {
    /// Asks until there is an answer, the failure is one that does not pass, or there is no time or no retry left.
    pub(crate) async fn call(&self, request: &Request) -> Result<Response, InferenceError> {
        if !self.policies.guard_calls() {
            return self.timed(self.backend.call(request)).await;
        }
        let call = || self.timed(self.backend.call(request));
        let answered = self.retried(call).await;
        answered.map(|(response, _)| response)
    }

    /// The same until the first piece of an answer in pieces is there. A stream is never asked for again after that.
    pub(crate) async fn stream(&self, request: &Request) -> Result<Begun, InferenceError> {
        let begin = || {
            let begun = async move {
                let mut streamed = self.backend.stream(request).await?;
                // Fused: a backend's stream may panic when it is polled after its end.
                let mut chunks = streamed.chunks.fuse();
                let first = self.first_text(&mut chunks).await?;
                streamed.chunks = chunks.boxed();
                Ok((first, streamed))
            };
            self.timed(begun.boxed())
        };
        let ((first, mut streamed), place) = self.retried(begin).await?;
        if let Some(place) = place {
            // A stream takes its place until its end.
            streamed.chunks =
                stream::unfold((streamed.chunks, place), |(mut chunks, place)| async move {
                    Some((chunks.next().await?, (chunks, place)))
                })
                .boxed();
        }
        Ok((first, streamed))
    }

    /// Reads until the first piece of text. Reasoning before it extends the deadline: the model is at work.
    async fn first_text(&self, chunks: &mut Fuse<Chunks>) -> Result<Chunk, InferenceError> {
        let mut first = Chunk::default();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            if !chunk.reasoning.is_empty() {
                self.deadline.extend(Instant::now() + self.time);
            }
            first.finish_reason = chunk.finish_reason.or(first.finish_reason);
            first.usage = chunk.usage.or(first.usage);
            if !chunk.text.is_empty() {
                first.text = chunk.text;
                return Ok(first);
            }
        }
        Err(InferenceError::new(
            ErrorKind::UnexpectedOutput,
            "the stream ended without any text",
        ))
    }

    /// Asks the same of several inputs, and again of those whose failure may pass: the answers in their order.
    pub(crate) async fn call_many(
        &self,
        requests: &[Request],
    ) -> Vec<Result<Response, InferenceError>> {
        let mut answers = self.call_many_once(requests).await;
        let Some(policy) = self.policies.retry else {
            return answers;
        };
        for made in 1..policy.attempts {
            let failed: Vec<usize> = answers
                .iter()
                .enumerate()
                .filter(|(_, answer)| answer.as_ref().is_err_and(retry::may_pass))
                .map(|(index, _)| index)
                .collect();
            let longest = failed
                .iter()
                .filter_map(|index| answers[*index].as_ref().err())
                .max_by_key(|error| error.retry_after());
            let Some(error) = longest else { break };
            if !self.wait(made, error).await {
                break;
            }
            let again: Vec<Request> = failed
                .iter()
                .map(|index| requests[*index].clone())
                .collect();
            for (index, answer) in failed.into_iter().zip(self.call_many_once(&again).await) {
                answers[index] = answer;
            }
        }
        answers
    }

    async fn call_many_once(&self, requests: &[Request]) -> Vec<Result<Response, InferenceError>> {
        // To the policies several questions are one call, which has failed where all of them met a failing service.
        let together = || {
            let answered = async move {
                let answers = self.backend.call_many(requests).await;
                let failing = |answer: &Result<Response, InferenceError>| {
                    answer
                        .as_ref()
                        .is_err_and(|error| HealthSignal::of(error) == HealthSignal::Failing)
                };
                match answers.first() {
                    Some(Err(error)) if answers.iter().all(failing) => Err(error.clone()),
                    _ => Ok(answers),
                }
            };
            self.timed(answered.boxed())
        };
        match self.guarded(together).await {
            Ok((answers, _)) => answers,
            Err(error) => requests.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// Calls until it helps no more: see [`retry`].
    async fn retried<'c, R>(
        &self,
        call: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    ) -> Result<(R, Option<OwnedSemaphorePermit>), InferenceError> {
        let mut made = 1;
        loop {
            let error = match self.guarded(&call).await {
                Ok(answered) => return Ok(answered),
                Err(error) => error,
            };
            let again = self
                .policies
                .retry
                .is_some_and(|retry| made < retry.attempts);
            if !again || !retry::may_pass(&error) || !self.wait(made, &error).await {
                return Err(error);
            }
            made += 1;
        }
    }

    /// Waits before another call; whether there is time for one.
    async fn wait(&self, made: u32, error: &InferenceError) -> bool {
        let time_left = self.deadline.time_left();
        let Some(wait) = self
            .policies
            .retry
            .and_then(|retry| retry::wait(retry, made, error, time_left))
        else {
            return false;
        };
        telemetry::retrying(&self.asked(), made, wait, error);
        tokio::time::sleep(wait).await;
        true
    }

    /// One call, if the model may be asked now. What was taken for it is given back with its answer.
    async fn guarded<'c, R>(
        &self,
        call: impl Fn() -> BoxFuture<'c, Result<R, InferenceError>>,
    ) -> Result<(R, Option<OwnedSemaphorePermit>), InferenceError> {
        let pass = self.pass()?;
        if pass.as_ref().is_some_and(BreakerPermit::is_probe) {
            self.stands();
        }
        let room = Capacity {
            places: self.guards.places.as_deref(),
            rate: self.guards.rate.as_deref(),
        };
        let place = match room.take_at_once() {
            Some(place) => place,
            // Half of the time is the model's. Boxed: most calls need not wait.
            None => Box::pin(room.take(self.deadline.time_left() / 2)).await?,
        };
        // A model that is being tried is not asked twice.
        let hedge = self
            .policies
            .hedge
            .filter(|_| !pass.as_ref().is_some_and(BreakerPermit::is_probe));
        let mut second = None;
        let asked = pin!(hedged(hedge, call, || {
            second = room.take_at_once();
            if second.is_some() {
                telemetry::hedging(&self.asked());
            }
            second.is_some()
        }));
        let outcome = self.in_time(asked).await;
        if let Some(pass) = pass {
            let sign = outcome
                .as_ref()
                .err()
                .map_or(HealthSignal::Healthy, HealthSignal::of);
            let probe = pass.is_probe();
            let turn = pass.tell(sign);
            self.turned(turn);
            if probe || turn != Transition::Nothing {
                self.stands();
            }
        }
        outcome.map(|answer| (answer, place))
    }

    fn pass(&self) -> Result<Option<BreakerPermit<'_>>, InferenceError> {
        let Some(policy) = &self.policies.circuit_breaker else {
            return Ok(None);
        };
        let breaker = self.guards.breaker();
        let pass = breaker.admit(policy, self.deadline);
        pass.map(Some).map_err(|wait| {
            InferenceError::new(
                ErrorKind::CircuitOpen,
                "the model has failed too often and is left alone for a while; help: give a `fallback`, or another model",
            )
            .with_retry_after(wait)
        })
    }

    /// Waits no longer than one call may take, and no longer than anybody waits.
    async fn in_time<R>(
        &self,
        mut asked: Pin<&mut (impl Future<Output = Result<R, InferenceError>> + ?Sized)>,
    ) -> Result<R, InferenceError> {
        let started = Instant::now();
        loop {
            let left = self.deadline.time_left();
            let limit = self.policies.attempt_timeout;
            let of_call = limit.map(|limit| limit.saturating_sub(started.elapsed()));
            let wait = of_call.map_or(left, |of_call| of_call.min(left));
            if let Ok(outcome) = tokio::time::timeout(wait, asked.as_mut()).await {
                return outcome;
            }
            if let Some(limit) = limit.filter(|limit| started.elapsed() >= *limit) {
                return Err(timed_out(limit, "attempt_timeout"));
            }
            // It grows where one with more time joins those who wait.
            if self.deadline.time_left() <= OUT_OF_TIME {
                return Err(timed_out(self.time, "timeout"));
            }
        }
    }

    fn turned(&self, turn: Transition) {
        match turn {
            Transition::Opened => {
                telemetry::breaker(&self.asked(), BreakerState::Open.as_str(), true)
            }
            Transition::Closed => {
                telemetry::breaker(&self.asked(), BreakerState::Closed.as_str(), false)
            }
            Transition::Nothing => {}
        }
    }

    /// Tells how the breaker stands now.
    fn stands(&self) {
        if let Some(policy) = self.policies.circuit_breaker {
            telemetry::breaker_is(&self.asked(), || {
                self.guards.breaker().state(policy).as_gauge()
            });
        }
    }

    fn timed<'c, R: Send + 'c>(
        &'c self,
        call: BoxFuture<'c, Result<R, InferenceError>>,
    ) -> BoxFuture<'c, Result<R, InferenceError>> {
        telemetry::timed(&self.asked(), call)
    }

    pub(crate) fn asked(&self) -> CallLabels<'_> {
        CallLabels {
            operation: self.operation,
            model: self.model,
        }
    }
}

/// Where a call needs room.
struct Capacity<'g> {
    places: Option<&'g ConcurrencyLimiter>,
    rate: Option<&'g RateLimiter>,
}

impl Capacity<'_> {
    /// Capacity for one call, within this time.
    async fn take(&self, within: Duration) -> Result<Option<OwnedSemaphorePermit>, InferenceError> {
        let started = Instant::now();
        let place = match self.places {
            Some(places) => Some(places.take(within).await?),
            None => None,
        };
        if let Some(rate) = self.rate {
            rate.wait(within.saturating_sub(started.elapsed())).await?;
        }
        Ok(place)
    }

    /// Capacity for one more call, if there is some now.
    fn take_at_once(&self) -> Option<Option<OwnedSemaphorePermit>> {
        let place = match self.places {
            Some(places) => Some(places.take_at_once()?),
            None => None,
        };
        self.rate
            .is_none_or(|rate| rate.take_at_once())
            .then_some(place)
    }
}

/// The model did not answer within this time, which this argument sets.
pub(crate) fn timed_out(after: Duration, argument: &str) -> InferenceError {
    let after = Duration::from_millis(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
    InferenceError::new(
        ErrorKind::Timeout,
        format!(
            "the model did not answer within {}; help: raise `{argument}` or give a `fallback`",
            humantime::format_duration(after)
        ),
    )
}
