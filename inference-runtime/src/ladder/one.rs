//! One question: fresh entry, the model, the next model, an entry past its time.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    Question,
    ask::ask,
    chain::Chain,
    fetch::{Fetch, asking, not_kept},
    place::{OldOnes, Place, Worth, now_answered},
    question::fetched,
    refresh::refresh,
};
use crate::{
    Inference, InferenceError,
    axum::{CacheReport, Forward},
    backend::Deadline,
    cache::{QuestionKey, Role},
    call::Call,
    inference::{Plan, Served},
    policy::timed_out,
    prediction::{Answered, Source},
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

/// A question about to be answered.
pub(super) struct Asked<'a, T: Task> {
    inference: &'a Inference,
    question: Arc<Question<T>>,
    /// None where working it out takes so long that another thread is to do it.
    key: Option<Option<QuestionKey>>,
    /// Whether the first model's place has been looked at, and was empty.
    looked: bool,
    started: Instant,
}

/// Looks for the answer where that needs no waiting.
pub(super) fn first<T: Task>(mut call: Call<'_, T>) -> Result<First<'_, T>, InferenceError> {
    let plan = call.inference.plan(call.spec);
    if let Ok(input) = &mut call.input
        && let Some(media) = T::media(input)
        && media.is_elsewhere()
    {
        return Ok(First::Open(Climb::Fetch(Box::new(call), plan)));
    }
    let (inference, started) = (call.inference, call.started);
    let question = Question::of(call, plan)?;
    let asked = |question, key, looked| {
        First::Open(Climb::Ask(Asked {
            inference,
            question: Arc::new(question),
            key,
            looked,
            started,
        }))
    };
    if question.is_large() {
        return Ok(asked(question, None, false));
    }
    let key = question.hash()?;
    let first = question.plan.models.first();
    let place = first.and_then(|first| Place::of(&question, key.as_ref(), first));
    let looked = match place {
        Some(place) if question.reads => place.look_at_once::<T>(inference),
        _ => None,
    };
    Ok(match looked {
        Some(Some(found)) if let Worth::Fresh { left } = found.worth => {
            First::Hit(found.into_answer(Source::Cache, started), left)
        }
        // What is past its time is looked at once more, where other processes may have renewed it.
        Some(Some(_)) | None => asked(question, Some(key), false),
        Some(None) => asked(question, Some(key), true),
    })
}

impl<T: Task> Climb<'_, T> {
    pub(super) async fn answer(
        self,
        report: &mut CacheReport,
    ) -> Result<Answered<T::Output>, InferenceError> {
        match self {
            Self::Ask(asked) => asked.answer(report).await,
            Self::Fetch(mut call, plan) => {
                let (inference, started) = (call.inference, call.started);
                fetched(inference, &mut call, &plan).await?;
                let asked = Asked {
                    inference,
                    question: Arc::new(Question::of(*call, plan)?),
                    key: None,
                    looked: false,
                    started,
                };
                Box::pin(asked.answer(report)).await
            }
        }
    }
}

impl<T: Task> Asked<'_, T> {
    async fn answer(self, report: &mut CacheReport) -> Result<Answered<T::Output>, InferenceError> {
        let Self {
            inference,
            question,
            key,
            looked,
            started,
        } = self;
        let key = match key {
            Some(key) => key,
            None => Arc::clone(&question).key().await?,
        };
        let plan = &*question.plan;
        let mut looked = looked;
        let mut chain = Chain::of(inference, plan);
        let mut old = OldOnes::default();
        while let Some(served) = chain.next() {
            let place = Place::of(&question, key.as_ref(), served);
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
                        Worth::Fresh { left } => {
                            *report = CacheReport::Hit { left };
                            return Ok(found.into_answer(Source::Cache, started));
                        }
                        Worth::Refresh { past } => {
                            refresh(inference, served, &question, place);
                            *report = CacheReport::Stale {
                                past,
                                forwarded: false,
                            };
                            return Ok(found.into_answer(Source::Stale, started));
                        }
                        Worth::IfError => {
                            why = Forward::Stale;
                            old.keep(found, place);
                        }
                        Worth::Nothing => why = Forward::Stale,
                    }
                }
            }
            // What cannot be sent is the caller's mistake, and no model's.
            question.payload()?;
            let one = OneModel {
                inference,
                served,
                question: &question,
                started,
                time: chain.share(question.time_left()),
            };
            match one.asked(place, why, report).await {
                Ok(answer) => return Ok(answer),
                Err(error) => chain.failed(served, error)?,
            }
        }
        let error = chain.end();
        match old.still_of_use() {
            Some((found, past)) => {
                inference.log(plan.spec, &error);
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

/// One model, about to be asked.
struct OneModel<'a, T: Task> {
    inference: &'a Inference,
    served: &'a Arc<Served>,
    question: &'a Arc<Question<T>>,
    started: Instant,
    time: Duration,
}

impl<T: Task> OneModel<'_, T> {
    /// Asks within its time: by itself, or where answers are kept together with all who ask the same.
    async fn asked(
        self,
        place: Option<Place>,
        why: Forward,
        report: &mut CacheReport,
    ) -> Result<Answered<T::Output>, InferenceError> {
        let (time, started) = (self.time, self.started);
        let Some(place) = place else {
            let alone = tokio::time::timeout(time, self.alone()).await;
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
        let shared = role == Role::Passenger;
        *report = CacheReport::Forwarded { why, shared };
        let entry = outcome?;
        let value = entry.output::<T>().ok_or_else(not_kept)?;
        Ok(now_answered(value, Arc::clone(entry.origin()), started))
    }

    async fn alone(self) -> Result<Answered<T::Output>, InferenceError> {
        let backend = self.inference.backend(self.served)?;
        let deadline = Deadline::at(Instant::now() + self.time);
        let asking = asking(&**backend, self.served, self.question, self.time, deadline);
        let (value, origin) = ask(&asking, self.served, self.question).await?.into_parts();
        Ok(now_answered(value, origin, self.started))
    }
}
