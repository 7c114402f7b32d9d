//! One question: fresh entry, the model, the next model, an entry past its time.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    Question,
    ask::ask,
    chain::Chain,
    fetch::{Fetch, asking, not_kept},
    place::{Found, Place, Worth, fresh},
    refresh::refresh,
};
use crate::{
    Inference, InferenceError, Prediction,
    axum::{CacheReport, Forward},
    backend::Deadline,
    cache::{Role, question_key},
    call::Call,
    operation::Model,
    policy::timed_out,
    prediction::Source,
    task::Task,
    telemetry,
};

pub(super) async fn answer<T: Task>(
    call: Call<'_, T>,
    report: &mut CacheReport,
) -> Result<Prediction<T::Output>, InferenceError> {
    let (inference, spec, started) = (call.inference, call.spec, call.started);
    let settings = inference.settings(spec);
    let question = Arc::new(Question::of(call, &settings).await?);
    let key = match question.cache {
        Some(_) => Some(question_key(&question.fields).await),
        None => None,
    };
    let mut chain = Chain::of(inference, spec, &settings);
    let mut old: Option<Old<T>> = None;
    while let Some(model) = chain.next() {
        let place = Place::of(&question, key.as_ref(), model);
        let mut why = Forward::Request;
        if let Some(place) = place
            && question.reads
        {
            why = Forward::Miss;
            if let Some(found) = place.look::<T>(inference).await {
                match place.worth(found.entry.age()) {
                    Worth::Fresh { left } => {
                        *report = CacheReport::Hit { left };
                        return Ok(found.into_prediction(Source::Cache, started));
                    }
                    Worth::Refresh { past } => {
                        refresh(inference, model, &question, place);
                        *report = CacheReport::Stale {
                            past,
                            forwarded: false,
                        };
                        return Ok(found.into_prediction(Source::Stale, started));
                    }
                    Worth::IfError => {
                        why = Forward::Stale;
                        old.get_or_insert(Old { found, place });
                    }
                    Worth::Nothing => why = Forward::Stale,
                }
            }
        }
        let asked = Asked {
            inference,
            model,
            question: &question,
            started,
            time: chain.share(question.time_left()),
        };
        match asked.of(place, why, report).await {
            Ok(prediction) => return Ok(prediction),
            Err(error) => chain.failed(model, error)?,
        }
    }
    let error = chain.end();
    match old.and_then(Old::still_of_use) {
        Some((found, past)) => {
            inference.log(spec, &error);
            telemetry::stale(spec.name(), found.entry.age(), &error);
            *report = CacheReport::Stale {
                past,
                forwarded: true,
            };
            Ok(found.into_prediction(Source::Stale, started))
        }
        None => Err(error),
    }
}

/// An entry past its time, kept back for when no model answers.
struct Old<T: Task> {
    found: Found<T>,
    place: Place,
}

impl<T: Task> Old<T> {
    /// The entry and how much it is past its time. The models have had theirs: its window may have closed meanwhile.
    fn still_of_use(self) -> Option<(Found<T>, Duration)> {
        let past = self.place.past_if_error(self.found.entry.age())?;
        Some((self.found, past))
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
    ) -> Result<Prediction<T::Output>, InferenceError> {
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
        let output = entry.output::<T>().ok_or_else(not_kept)?;
        Ok(Prediction::new(
            output,
            fresh(entry.origin().clone(), started),
        ))
    }

    async fn alone(self) -> Result<Prediction<T::Output>, InferenceError> {
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
        let (output, origin) = ask(&asking, self.question).await?.into_parts();
        Ok(Prediction::new(output, fresh(origin, self.started)))
    }
}
