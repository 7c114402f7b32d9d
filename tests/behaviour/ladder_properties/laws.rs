//! The laws: what must hold of every answer, and of all that was asked and kept.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use super::{
    Answer, Answered,
    handlers::FALLBACK,
    world::{Event, Model, Outcome, call_of},
};

type Held = Result<(), String>;

/// A failed refresh is not tried again before.
const REFRESH_PAUSE: Duration = Duration::from_secs(1);

fn law(holds: bool, broken: &str) -> Held {
    if holds {
        Ok(())
    } else {
        Err(broken.to_owned())
    }
}

/// A call as the log tells it.
#[derive(Clone, Debug)]
struct Call {
    model: Model,
    input: String,
    from: Instant,
    to: Instant,
    outcome: Outcome,
}

type Calls = HashMap<usize, Call>;

fn calls(log: &[Event]) -> Calls {
    let mut calls = Calls::new();
    for event in log {
        match event {
            Event::Asked {
                call,
                model,
                input,
                at,
            } => {
                let begun = Call {
                    model: *model,
                    input: input.clone(),
                    from: *at,
                    to: *at,
                    outcome: Outcome::GivenUp,
                };
                calls.insert(*call, begun);
            }
            Event::Ended { call, outcome, at } => {
                let call = calls.get_mut(call).expect("it has begun");
                (call.to, call.outcome) = (*at, *outcome);
            }
            Event::Kept { .. } | Event::Forgotten => {}
        }
    }
    calls
}

/// Every call has ended, long after the last who might wait for it.
///
/// Only what a model has answered just now is kept, once, in the place of this model and question, and nothing older
/// over something newer. A model is asked the same by one flight at a time.
pub(super) fn of_the_log(log: &[Event], scopes: usize) -> Held {
    let calls = calls(log);
    let ended = log
        .iter()
        .filter(|event| matches!(event, Event::Ended { .. }));
    law(
        ended.count() == calls.len(),
        "a call that nobody waits for goes on",
    )?;
    let mut last = HashMap::new();
    let mut kept = Vec::new();
    for event in log {
        let Event::Kept { place, call, at } = event else {
            continue;
        };
        let answer = calls.get(call).ok_or("what was kept is no model's")?;
        law(
            answer.outcome == Outcome::Answered && answer.to == *at,
            "what was kept is no fresh answer",
        )?;
        let (model, question) = place.ok_or("an answer to what nobody has asked")?;
        law(
            model == answer.model && question.input == answer.input,
            "an answer was kept in another's place",
        )?;
        law(!kept.contains(call), "an answer was kept twice")?;
        kept.push(*call);
        let before = last.insert((model, question), *at);
        law(
            before.is_none_or(|before| before <= *at),
            "an older answer over a newer one",
        )?;
    }
    for call in calls.values() {
        let others = calls.values().filter(|other| {
            (other.model, &other.input) == (call.model, &call.input)
                && (other.from..other.to).contains(&call.from)
                && other.from < call.from
        });
        law(others.count() < scopes, "two flights for one question")?;
    }
    Ok(())
}

/// An answer, and all that is known of how it came about.
struct Case<'a> {
    answered: &'a Answered,
    log: &'a [Event],
    calls: Calls,
}

pub(super) fn of_an_answer(answered: &Answered, log: &[Event]) -> Held {
    let case = Case {
        answered,
        log,
        calls: calls(log),
    };
    case.the_first_entry_comes_first()?;
    let fallback = answered.operation.fallback;
    match &answered.answer {
        Ok(answer) if answer.label == FALLBACK => {
            law(fallback, "a fallback that nobody wrote")?;
            law(
                answer.source == "fallback" && answer.model.is_none() && answer.age.is_none(),
                "a fallback under another name",
            )?;
            case.nothing_was_left()
        }
        Ok(answer) => case.of_a_model(answer),
        Err(_) => {
            law(!fallback, "an error in spite of a fallback")?;
            case.nothing_was_left()
        }
    }
}

impl Case<'_> {
    /// A fresh entry of the first model is the answer, before any model is asked; one that may be refreshed, too.
    fn the_first_entry_comes_first(&self) -> Held {
        let operation = self.answered.operation;
        let Some((call, age)) = self.entry_at(operation.models[0], self.answered.from.0) else {
            return Ok(());
        };
        let source = if age < operation.ttl {
            "cache"
        } else if age - operation.ttl < operation.stale_while_revalidate {
            "stale"
        } else {
            return Ok(());
        };
        let served =
            self.answered.answer.as_ref().is_ok_and(|answer| {
                answer.source == source && call_of(&answer.label) == Some(call)
            });
        law(
            served && self.answered.to.0 == self.answered.from.0,
            "an entry that should have been the answer, at once, was not",
        )
    }

    /// An answer that a model has given, now or before.
    fn of_a_model(&self, answer: &Answer) -> Held {
        let (operation, end) = (self.answered.operation, self.answered.to.0);
        let number = call_of(&answer.label).ok_or("an answer that no model has given")?;
        let call = self.calls.get(&number).ok_or("an answer to no call")?;
        let position = operation.models.iter().position(|it| *it == call.model);
        let position = position.ok_or("an answer of a model that was not to be asked")?;
        law(
            answer.model.as_deref() == Some(call.model.name()),
            "an answer under another model's name",
        )?;
        law(
            self.kept_for_this_question(number, call.model),
            "an answer to another question, or in another scope",
        )?;
        for model in &operation.models[..position] {
            law(self.failed(*model), "a model was passed over")?;
        }
        let age = end - call.to;
        let Some(told) = answer.age else {
            law(answer.source == "model", "an old answer without its age")?;
            law(
                call.to >= self.answered.from.0,
                "an old answer as a new one",
            )?;
            let fresh = self.entry_at(call.model, end);
            return law(
                fresh.is_none_or(|(_, age)| age >= operation.ttl),
                "a model was asked in spite of a fresh entry",
            );
        };
        law(told == age, "a wrong age")?;
        law(
            self.was_there(call.model, number),
            "an entry that was not there",
        )?;
        if age < operation.ttl {
            return law(answer.source == "cache", "a fresh entry under another name");
        }
        law(
            answer.source == "stale",
            "an entry past its time as a fresh one",
        )?;
        let past = age - operation.ttl;
        if past < operation.stale_while_revalidate {
            return law(
                self.refreshed(call.model),
                "nobody refreshes what is served",
            );
        }
        law(
            past < operation.stale_if_error,
            "an entry beyond its window",
        )?;
        for model in operation.models {
            law(
                self.failed(*model),
                "an old answer, and not all models have failed",
            )?;
        }
        let better = operation.models[..position].iter();
        law(
            !better.into_iter().any(|model| self.may_stand_in(*model)),
            "an old answer of a model further behind",
        )
    }

    /// All models have failed, and no entry may stand in; or the caller has made a mistake.
    fn nothing_was_left(&self) -> Held {
        let models = self.answered.operation.models;
        if models.iter().any(|model| self.refused(*model)) {
            return Ok(());
        }
        for model in models {
            law(
                self.failed(*model),
                "no answer, and not all models have failed",
            )?;
            law(
                !self.may_stand_in(*model),
                "no answer in spite of an entry within its window",
            )?;
        }
        Ok(())
    }

    /// Whether a model's entry is one for when all have failed.
    fn may_stand_in(&self, model: Model) -> bool {
        let operation = self.answered.operation;
        self.entry_at(model, self.answered.to.0)
            .is_some_and(|(_, age)| age < operation.ttl + operation.stale_if_error)
    }

    /// The entry that was there all the time while this was asked, and its age at a moment.
    fn entry_at(&self, model: Model, now: Instant) -> Option<(usize, Duration)> {
        let (from, to) = (self.answered.from.1, self.answered.to.1);
        let entry = self.entries(model, from).last().copied().flatten()?;
        let settled = self.entries(model, to).len() == self.entries(model, from).len();
        settled.then(|| (entry, now - self.calls[&entry].to))
    }

    fn was_there(&self, model: Model, number: usize) -> bool {
        let before = self.entries(model, self.answered.from.1);
        let all = self.entries(model, self.answered.to.1);
        all[before.len().saturating_sub(1)..].contains(&Some(number))
    }

    /// What the store had of a model's answers to this question, one after the other up to a place of the log.
    fn entries(&self, model: Model, place: usize) -> Vec<Option<usize>> {
        let here = Some((model, self.answered.question));
        let events = self.log[..place].iter();
        events
            .filter_map(|event| match event {
                Event::Kept { place, call, .. } if *place == here => Some(Some(*call)),
                Event::Forgotten => Some(None),
                _ => None,
            })
            .collect()
    }

    fn kept_for_this_question(&self, number: usize, model: Model) -> bool {
        self.entries(model, self.log.len()).contains(&Some(number))
    }

    /// The calls of this model that were under way meanwhile.
    fn meanwhile(&self, model: Model) -> impl Iterator<Item = &Call> {
        let (from, to) = (self.answered.from.0, self.answered.to.0);
        self.calls.values().filter(move |call| {
            call.model == model
                && call.input == self.answered.question.input
                && call.from <= to
                && call.to >= from
        })
    }

    /// Whether the model was asked and gave no answer within its share of the time.
    fn failed(&self, model: Model) -> bool {
        let operation = self.answered.operation;
        let share = operation.timeout / u32::try_from(operation.models.len()).expect("a few");
        self.meanwhile(model).any(|call| {
            call.outcome != Outcome::Answered || call.to >= self.answered.from.0 + share
        })
    }

    /// Whether the model said that the question is wrong.
    fn refused(&self, model: Model) -> bool {
        let wrong = Outcome::Failed {
            by_the_caller: true,
        };
        self.meanwhile(model).any(|call| call.outcome == wrong)
    }

    /// Whether the model is being asked for a newer answer, or has just failed to give one.
    fn refreshed(&self, model: Model) -> bool {
        let end = self.answered.to.0;
        self.calls.values().any(|call| {
            call.model == model
                && call.input == self.answered.question.input
                && call.from <= end
                && call.to + REFRESH_PAUSE >= end
        })
    }
}
