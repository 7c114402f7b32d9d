//! One question: fresh entry, the model, the next model, an entry past its time.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    Question,
    ask::ask,
    chain::Chain,
    fetch::{Fetch, asking, not_kept},
    place::{Found, OldOnes, Place, Worth, fresh},
    refresh::refresh,
};
use crate::{
    Inference, InferenceError,
    axum::{CacheReport, Forward},
    backend::Deadline,
    cache::{QuestionKey, Role},
    call::Call,
    inference::Settings,
    operation::{Model, Spec},
    policy::timed_out,
    prediction::{Answered, Source},
    task::Task,
    telemetry,
};

pub(super) async fn answer<T: Task>(
    call: Call<'_, T>,
    report: &mut CacheReport,
) -> Result<Answered<T::Output>, InferenceError> {
    let (inference, spec, started) = (call.inference, call.spec, call.started);
    let settings = inference.settings(spec);
    let question = Question::of(call, &settings).await?;
    if question.is_large() {
        let question = Arc::new(question);
        let key = Arc::clone(&question).key().await?;
        let climb = Climb::of(inference, spec, &settings, question, key, started);
        return Box::pin(climb.from(None, report)).await;
    }
    let key = question.hash()?;
    let Some(first) = settings.models.first() else {
        return Err(Chain::of(inference, spec, &settings).end());
    };
    // What most requests end with is looked at with the question where it lies.
    let looked = match Place::of(&question, key.as_ref(), first) {
        Some(place) if question.reads => place.look::<T>(inference).await,
        _ => None,
    };
    match looked {
        Some(found) if let Worth::Fresh { left } = found.worth => {
            *report = CacheReport::Hit { left };
            Ok(found.into_answer(Source::Cache, started))
        }
        looked => {
            let climb = Climb::of(inference, spec, &settings, Arc::new(question), key, started);
            Box::pin(climb.from(Some(looked), report)).await
        }
    }
}

/// A question that the first look has not answered.
struct Climb<'a, T: Task> {
    inference: &'a Inference,
    spec: &'static Spec,
    question: Arc<Question<T>>,
    key: Option<QuestionKey>,
    chain: Chain<'a>,
    started: Instant,
}

impl<'a, T: Task> Climb<'a, T> {
    fn of(
        inference: &'a Inference,
        spec: &'static Spec,
        settings: &Settings<'a>,
        question: Arc<Question<T>>,
        key: Option<QuestionKey>,
        started: Instant,
    ) -> Self {
        Self {
            inference,
            spec,
            question,
            key,
            chain: Chain::of(inference, spec, settings),
            started,
        }
    }

    /// Goes on with what the first look has found at the first model's place, where there was one.
    async fn from(
        self,
        mut looked: Option<Option<Found<T>>>,
        report: &mut CacheReport,
    ) -> Result<Answered<T::Output>, InferenceError> {
        let Self {
            inference,
            spec,
            question,
            key,
            mut chain,
            started,
        } = self;
        let mut old = OldOnes::default();
        while let Some(model) = chain.next() {
            let place = Place::of(&question, key.as_ref(), model);
            let mut why = Forward::Request;
            if let Some(place) = place
                && question.reads
            {
                why = Forward::Miss;
                let found = match looked.take() {
                    Some(found) => found,
                    None => place.look::<T>(inference).await,
                };
                if let Some(found) = found {
                    match found.worth {
                        Worth::Fresh { left } => {
                            *report = CacheReport::Hit { left };
                            return Ok(found.into_answer(Source::Cache, started));
                        }
                        Worth::Refresh { past } => {
                            refresh(inference, model, &question, place);
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
            let asked = Asked {
                inference,
                model,
                question: &question,
                started,
                time: chain.share(question.time_left()),
            };
            match asked.of(place, why, report).await {
                Ok(answer) => return Ok(answer),
                Err(error) => chain.failed(model, error)?,
            }
        }
        let error = chain.end();
        match old.still_of_use() {
            Some((found, past)) => {
                inference.log(spec, &error);
                telemetry::stale(spec.name(), found.age, &error);
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
struct Asked<'a, T: Task> {
    inference: &'a Inference,
    model: &'a Model,
    question: &'a Arc<Question<T>>,
    started: Instant,
    time: Duration,
}

impl<T: Task> Asked<'_, T> {
    /// Asks within its time: by itself, or where answers are kept together with all who ask the same.
    async fn of(
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
            model: self.model,
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
        Ok(Answered {
            value: entry.output::<T>().ok_or_else(not_kept)?,
            origin: fresh(entry.origin(), started),
        })
    }

    async fn alone(self) -> Result<Answered<T::Output>, InferenceError> {
        let backend = self.inference.backend(self.model)?;
        let deadline = Deadline::at(Instant::now() + self.time);
        let asking = asking(
            self.inference,
            &*backend,
            self.model,
            self.question,
            self.time,
            deadline,
        );
        let (value, origin) = ask(&asking, self.question).await?.into_parts();
        let origin = fresh(&origin, self.started);
        Ok(Answered { value, origin })
    }
}
