//! One question: fresh entry, the model, the next model, an entry past its time.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    ResolvedCall,
    attempt::ask,
    cache_slot::{CacheSlot, Freshness, StaleCandidates, now_answered},
    chain::Chain,
    refresh::refresh,
    resolved::fetched,
    shared_call::{Fetch, asking, not_kept},
};
use crate::{
    Inference, InferenceError,
    answer::{Answered, Source},
    cache::Role,
    call::Call,
    deadline::Deadline,
    policy::timed_out,
    report::{CacheReport, Forward},
    runtime::{Plan, PlannedModel},
    task::Task,
    telemetry,
};

/// What a call comes to at first.
pub(super) enum First<'a, T: Task> {
    /// The answer was in memory, where it is fresh for so long.
    Hit(Answered<T::Output>, Duration),
    Open(Climb<'a, T>),
}

/// A call that the first look has not answered.
pub(super) enum Climb<'a, T: Task> {
    /// Its media are to be fetched.
    Fetch(Box<Call<'a, T>>, Arc<Plan>),
    Ask(Asked<'a, T>),
}

/// A question options to be answered.
pub(super) struct Asked<'a, T: Task> {
    inference: &'a Inference,
    question: Arc<ResolvedCall<T>>,
    /// Whether the first model's place has been looked at, and was empty.
    looked: bool,
}

/// Looks for the answer where that needs no waiting.
pub(super) fn first<T: Task>(mut call: Call<'_, T>) -> Result<First<'_, T>, InferenceError> {
    let inference = call.inference;
    let plan = inference.plan(call.spec);
    if let Ok(input) = &mut call.input
        && let Some(media) = T::media(input)
        && media.is_url()
    {
        return Ok(First::Open(Climb::Fetch(Box::new(call), plan)));
    }
    let mut question = ResolvedCall::of(call, plan)?;
    let named = question.name_at_once()?;
    let first = question.plan.models.first();
    let place = first.and_then(|first| CacheSlot::of(&question, first));
    let looked = match place {
        Some(place) if named && question.reads => place.look_at_once::<T>(inference),
        _ => None,
    };
    let looked = match looked {
        Some(Some(found)) if let Freshness::Fresh { left } = found.worth => {
            let answered = found.into_answer(Source::Cache, question.started);
            return Ok(First::Hit(answered, left));
        }
        // What is past its time is looked at once more, where other processes may have renewed it.
        Some(Some(_)) | None => false,
        Some(None) => true,
    };
    Ok(First::Open(Climb::Ask(Asked {
        inference,
        question: Arc::new(question),
        looked,
    })))
}

impl<T: Task> Climb<'_, T> {
    /// The answer, and what the cache had to do with it.
    pub(super) async fn answer(self) -> (Result<Answered<T::Output>, InferenceError>, CacheReport) {
        let mut report = CacheReport::Off;
        let answer = match self {
            Self::Ask(asked) => asked.answer(&mut report).await,
            // Boxed: those who fetch nothing need no room for it.
            Self::Fetch(call, plan) => Box::pin(with_media(call, plan, &mut report)).await,
        };
        (answer, report)
    }
}

/// Answers a call once its media are there.
async fn with_media<T: Task>(
    mut call: Box<Call<'_, T>>,
    plan: Arc<Plan>,
    report: &mut CacheReport,
) -> Result<Answered<T::Output>, InferenceError> {
    let inference = call.inference;
    fetched(inference, &mut call, &plan).await?;
    let mut question = ResolvedCall::of(*call, plan)?;
    question.name_at_once()?;
    let asked = Asked {
        inference,
        question: Arc::new(question),
        looked: false,
    };
    asked.answer(report).await
}

impl<T: Task> Asked<'_, T> {
    async fn answer(self, report: &mut CacheReport) -> Result<Answered<T::Output>, InferenceError> {
        let Self {
            inference,
            question,
            looked,
        } = self;
        question.name().await?;
        let started = question.started;
        let plan = &*question.plan;
        let mut looked = looked;
        let mut chain = Chain::of(inference, plan);
        let mut old = StaleCandidates::default();
        while let Some(served) = chain.next() {
            let place = CacheSlot::of(&question, served);
            let mut why = Forward::Request;
            if let Some(place) = place
                && question.reads
            {
                why = Forward::Miss;
                let found = if std::mem::take(&mut looked) {
                    None
                } else {
                    place.look::<T>(inference).await
                };
                if let Some(found) = found {
                    match found.worth {
                        Freshness::Fresh { left } => {
                            *report = CacheReport::Hit { left };
                            return Ok(found.into_answer(Source::Cache, started));
                        }
                        Freshness::Refresh { past } => {
                            refresh(inference, served, &question, place);
                            *report = CacheReport::Stale {
                                past,
                                forwarded: false,
                            };
                            return Ok(found.into_answer(Source::Stale, started));
                        }
                        Freshness::IfError => {
                            why = Forward::Stale;
                            old.keep(found, place);
                        }
                        Freshness::Nothing => why = Forward::Stale,
                    }
                }
            }
            // What cannot be sent is the caller's mistake, and no model's.
            question.payload()?;
            let one = OneModel {
                inference,
                served,
                question: &question,
                time: chain.share(question.time_left()),
            };
            match one.asked(place.as_ref(), why, report).await {
                Ok(answer) => return Ok(answer),
                Err(error) => chain.failed(served, error)?,
            }
        }
        let error = chain.end();
        match old.still_of_use() {
            Some((found, past)) => {
                inference.log_error(plan.spec, &error);
                telemetry::stale(plan.spec.name(), found.age, &error);
                *report = CacheReport::Stale {
                    past,
                    forwarded: true,
                };
                Ok(found.into_answer(Source::Stale, started))
            }
            None => Err(error),
        }
    }
}

/// One model, options to be asked.
struct OneModel<'a, T: Task> {
    inference: &'a Inference,
    served: &'a Arc<PlannedModel>,
    question: &'a Arc<ResolvedCall<T>>,
    time: Duration,
}

impl<T: Task> OneModel<'_, T> {
    /// Asks within its time: by itself, or where answers are kept together with all who ask the same.
    async fn asked(
        self,
        place: Option<&CacheSlot>,
        why: Forward,
        report: &mut CacheReport,
    ) -> Result<Answered<T::Output>, InferenceError> {
        let (time, started) = (self.time, self.question.started);
        let Some(place) = place else {
            // Boxed: those whose answers are kept need no room for it.
            let alone = tokio::time::timeout(time, Box::pin(self.alone())).await;
            return alone.unwrap_or_else(|_| Err(timed_out(time, "timeout")));
        };
        *report = CacheReport::Forwarded { why, shared: false };
        let fetch = Fetch {
            inference: self.inference,
            served: self.served,
            question: self.question,
            place,
            time,
        };
        let Ok((role, outcome)) = tokio::time::timeout(time, fetch.shared()).await else {
            return Err(timed_out(time, "timeout"));
        };
        let shared = role == Role::Follower;
        *report = CacheReport::Forwarded { why, shared };
        let entry = outcome?;
        let value = entry.output::<T>().ok_or_else(not_kept)?;
        Ok(now_answered(value, Arc::clone(entry.origin()), started))
    }

    async fn alone(self) -> Result<Answered<T::Output>, InferenceError> {
        let backend = self.inference.backend(self.served)?;
        let deadline = Deadline::new(Instant::now() + self.time);
        let asking = asking(&**backend, self.served, self.question, self.time, &deadline);
        let (value, origin) = ask(&asking, self.served, self.question).await?.into_parts();
        Ok(now_answered(value, origin, self.question.started))
    }
}
