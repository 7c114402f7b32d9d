//! The properties of every exchange, and of all calls and store writes.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use super::{
    environment::{Event, Model, Outcome, call_of},
    handlers::FALLBACK,
    requests::{Answer, Exchange, Item},
};

pub(super) type CheckResult = Result<(), String>;

/// The least time that a model has to answer.
const LEAST_SHARE: Duration = Duration::from_millis(500);

/// The pause after a failed refresh before the next one.
const REFRESH_PAUSE: Duration = Duration::from_secs(1);

/// The precision of timers.
pub(super) const TOLERANCE: Duration = Duration::from_millis(3);

pub(super) fn check(condition: bool, message: &str) -> CheckResult {
    if condition {
        Ok(())
    } else {
        Err(message.to_owned())
    }
}

/// A call, reconstructed from the log.
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
            Event::CallStarted {
                call,
                model,
                input,
                at,
            } => {
                let started = Call {
                    model: *model,
                    input: input.clone(),
                    from: *at,
                    to: *at,
                    outcome: Outcome::Dropped,
                };
                calls.insert(*call, started);
            }
            Event::CallEnded { call, outcome, at } => {
                let call = calls.get_mut(call).expect("the call should have started");
                (call.to, call.outcome) = (*at, *outcome);
            }
            Event::Stored { .. } | Event::Cleared => {}
        }
    }
    calls
}

/// Checks the log. Every call ends at the latest shortly after its last possible caller.
///
/// Only an answer that a model has just given is stored, once, under the key of that model and input, and never over a
/// newer entry. At most one flight calls a model with the same input and scope. A list can leave a call behind whose
/// flight has ended: an input that timed out, in a call that continues for another input.
pub(super) fn check_log(log: &[Event], scopes: usize, has_lists: bool) -> CheckResult {
    let calls = calls(log);
    let ended = log
        .iter()
        .filter(|event| matches!(event, Event::CallEnded { .. }));
    check(
        ended.count() == calls.len(),
        "a call without a caller continued",
    )?;
    let mut last = HashMap::new();
    let mut stored = Vec::new();
    for event in log {
        let Event::Stored { slot, call, at } = event else {
            continue;
        };
        let answer = calls
            .get(call)
            .ok_or("the stored entry does not belong to a call")?;
        check(
            answer.outcome == Outcome::Answered && answer.to == *at,
            "the stored entry is not an answer just given",
        )?;
        let (model, input) = slot.ok_or("an entry was stored under an unknown key")?;
        check(
            model == answer.model && input.text == answer.input,
            "an entry was stored under the key of another model or input",
        )?;
        check(!stored.contains(call), "an answer was stored twice")?;
        stored.push(*call);
        let before = last.insert((model, input), *at);
        check(
            before.is_none_or(|before| before <= *at),
            "an older entry replaced a newer one",
        )?;
    }
    for call in calls.values() {
        let others = calls.values().filter(|other| {
            (other.model, &other.input) == (call.model, &call.input)
                && (other.from..other.to).contains(&call.from)
                && other.from < call.from
                && (!has_lists || call.from - other.from < LEAST_SHARE)
        });
        check(others.count() < scopes, "two flights for one key")?;
    }
    Ok(())
}

/// An exchange and the log in which it took place.
struct Case<'a> {
    exchange: &'a Exchange,
    log: &'a [Event],
    calls: Calls,
}

pub(super) fn check_exchange(exchange: &Exchange, log: &[Event]) -> CheckResult {
    let case = Case {
        exchange,
        log,
        calls: calls(log),
    };
    case.check_first_entry()?;
    check(
        exchange.to.0 - exchange.from.0 <= exchange.operation.timeout + TOLERANCE,
        "the answer came after the timeout",
    )?;
    // The fallback is used if every item of a list has failed.
    let fallback = exchange.operation.fallback && exchange.item != Some(Item { answered: true });
    match &exchange.answer {
        Ok(answer) if answer.label == FALLBACK => {
            check(fallback, "a fallback for an operation without one")?;
            check(
                answer.source == "fallback" && answer.model.is_none() && answer.age.is_none(),
                "a fallback with a wrong source, model or age",
            )?;
            case.check_failure()
        }
        Ok(answer) => case.check_model_answer(answer),
        Err(_) => {
            check(!fallback, "an error although there is a fallback")?;
            case.check_failure()
        }
    }
}

impl Case<'_> {
    /// A fresh or revalidatable entry of the first model is returned before any model is called.
    fn check_first_entry(&self) -> CheckResult {
        let operation = self.exchange.operation;
        let Some((call, age)) = self.entry_at(operation.models[0], self.exchange.from.0) else {
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
            self.exchange.answer.as_ref().is_ok_and(|answer| {
                answer.source == source && call_of(&answer.label) == Some(call)
            });
        // The other items of a list may have to wait.
        let in_time = self.exchange.item.is_some() || self.exchange.to.0 == self.exchange.from.0;
        check(
            served && in_time,
            "a usable entry was not returned immediately",
        )
    }

    /// Checks an answer that came from a model, directly or from the store.
    fn check_model_answer(&self, answer: &Answer) -> CheckResult {
        let (operation, end) = (self.exchange.operation, self.exchange.to.0);
        let number = call_of(&answer.label).ok_or("the answer does not come from a model")?;
        let call = self
            .calls
            .get(&number)
            .ok_or("the answer does not belong to a call")?;
        let position = operation.models.iter().position(|it| *it == call.model);
        let position = position.ok_or("the answer comes from a model outside the chain")?;
        check(
            answer.model.as_deref() == Some(call.model.name()),
            "the answer has the name of another model",
        )?;
        check(
            self.was_stored(number, call.model),
            "the answer belongs to another input or scope",
        )?;
        for model in &operation.models[..position] {
            check(
                self.failed(*model),
                "a model was skipped that had not failed",
            )?;
        }
        let age = end - call.to;
        let Some(reported_age) = answer.age else {
            check(answer.source == "model", "a stored answer without an age")?;
            check(
                call.to >= self.exchange.from.0,
                "a stored answer was reported as new",
            )?;
            let fresh = self.entry_at(call.model, end);
            return check(
                fresh.is_none_or(|(_, age)| age >= operation.ttl),
                "a model was called although there was a fresh entry",
            );
        };
        // An item of a list has its age from the lookup, at any time of the exchange.
        let least = match self.exchange.item {
            Some(_) => self.exchange.from.0.saturating_duration_since(call.to),
            None => age,
        };
        check(
            (least..=age).contains(&reported_age),
            "the reported age is wrong",
        )?;
        let age = reported_age;
        check(
            self.was_there(call.model, number),
            "the answer was not in the store",
        )?;
        if age < operation.ttl {
            return check(
                answer.source == "cache",
                "a fresh entry with a wrong source",
            );
        }
        check(
            answer.source == "stale",
            "an expired entry was reported as fresh",
        )?;
        let past = age - operation.ttl;
        if past < operation.stale_while_revalidate {
            return check(
                self.refreshed(call.model),
                "a stale entry was served without a refresh",
            );
        }
        check(
            past < operation.stale_if_error,
            "an entry was served beyond its stale window",
        )?;
        for model in operation.models {
            check(
                self.failed(*model),
                "a stale answer although a model had not failed",
            )?;
        }
        let earlier = operation.models[..position].iter();
        check(
            !earlier
                .into_iter()
                .any(|model| self.has_stale_entry(*model)),
            "a stale answer of a later model although an earlier one had a usable entry",
        )
    }

    /// Checks that all models have failed and that no stale entry was usable, or that a model rejected the input.
    fn check_failure(&self) -> CheckResult {
        let models = self.exchange.operation.models;
        if models.iter().any(|model| self.rejected(*model)) {
            return Ok(());
        }
        for model in models {
            check(
                self.failed(*model),
                "no answer although a model had not failed",
            )?;
            check(
                !self.has_stale_entry(*model),
                "no answer although there was an entry within its stale window",
            )?;
        }
        Ok(())
    }

    /// Returns whether there is an entry of the model within `stale_if_error`.
    fn has_stale_entry(&self, model: Model) -> bool {
        let operation = self.exchange.operation;
        self.entry_at(model, self.exchange.to.0)
            .is_some_and(|(_, age)| age < operation.ttl + operation.stale_if_error)
    }

    /// Returns the entry that was present throughout the exchange, and its age at `now`.
    fn entry_at(&self, model: Model, now: Instant) -> Option<(usize, Duration)> {
        let (from, to) = (self.exchange.from.1, self.exchange.to.1);
        let entry = self.entries(model, from).last().copied().flatten()?;
        let settled = self.entries(model, to).len() == self.entries(model, from).len();
        settled.then(|| (entry, now - self.calls[&entry].to))
    }

    fn was_there(&self, model: Model, number: usize) -> bool {
        let before = self.entries(model, self.exchange.from.1);
        let all = self.entries(model, self.exchange.to.1);
        all[before.len().saturating_sub(1)..].contains(&Some(number))
    }

    /// Returns the successive entries of a model for this input, up to a position in the log.
    fn entries(&self, model: Model, position: usize) -> Vec<Option<usize>> {
        let expected = Some((model, self.exchange.input));
        let events = self.log[..position].iter();
        events
            .filter_map(|event| match event {
                Event::Stored { slot, call, .. } if *slot == expected => Some(Some(*call)),
                Event::Cleared => Some(None),
                _ => None,
            })
            .collect()
    }

    fn was_stored(&self, number: usize, model: Model) -> bool {
        self.entries(model, self.log.len()).contains(&Some(number))
    }

    /// Returns the calls of this model that overlapped with the exchange.
    fn overlapping_calls(&self, model: Model) -> impl Iterator<Item = &Call> {
        let (from, to) = (self.exchange.from.0, self.exchange.to.0);
        self.calls.values().filter(move |call| {
            call.model == model
                && call.input == self.exchange.input.text
                && call.from <= to
                && call.to >= from
        })
    }

    /// Returns whether the model was called and gave no answer within its share of the time.
    fn failed(&self, model: Model) -> bool {
        let operation = self.exchange.operation;
        let share = operation.timeout
            / u32::try_from(operation.models.len()).expect("the chain should be short");
        self.overlapping_calls(model).any(|call| {
            call.outcome != Outcome::Answered || call.to >= self.exchange.from.0 + share
        })
    }

    /// Returns whether the model rejected the input.
    fn rejected(&self, model: Model) -> bool {
        let client_error = Outcome::Failed {
            is_client_error: true,
        };
        self.overlapping_calls(model)
            .any(|call| call.outcome == client_error)
    }

    /// Returns whether the model is being called for a refresh, or has just failed to give one.
    fn refreshed(&self, model: Model) -> bool {
        let end = self.exchange.to.0;
        let looked_up = match self.exchange.item {
            Some(_) => self.exchange.from.0,
            None => end,
        };
        self.calls.values().any(|call| {
            call.model == model
                && call.input == self.exchange.input.text
                && call.from <= end
                && call.to + REFRESH_PAUSE >= looked_up
        })
    }
}
