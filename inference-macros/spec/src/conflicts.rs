//! Times that cannot be combined.

use std::time::Duration;

use crate::{Key, Layer, Setting};

/// A time in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// `timeout`.
    Timeout,
    /// `attempt_timeout`.
    AttemptTimeout,
    /// `hedge`.
    Hedge,
    /// The `backoff` of `retry`.
    Backoff,
    /// The `max_backoff` of `retry`.
    MaxBackoff,
}

/// How a time must compare to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// Not longer.
    Within,
    /// Shorter.
    Before,
}

use Relation::{Before, Within};

const ONE_ATTEMPT: &str = "one attempt cannot have more time than all of them: ";
const FIRST_CALL: &str = "the first call has ended by then: ";

/// Each time with its limit, and why it is one.
const RULES: &[(Time, Relation, Time, &str)] = &[
    (Time::AttemptTimeout, Within, Time::Timeout, ONE_ATTEMPT),
    (Time::Hedge, Before, Time::AttemptTimeout, FIRST_CALL),
    (Time::Hedge, Before, Time::Timeout, FIRST_CALL),
    (Time::Backoff, Within, Time::MaxBackoff, ""),
    (Time::Backoff, Within, Time::Timeout, ""),
];

/// A time that does not fit its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The time that is too long.
    pub longer: Time,
    /// The one it must not exceed.
    pub limit: Time,
    durations: [Duration; 2],
    why: &'static str,
}

impl Time {
    /// The name it is written with.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backoff => "backoff",
            Self::MaxBackoff => "max_backoff",
            _ => self.key().name(),
        }
    }

    /// The policy that it is a part of.
    #[must_use]
    pub const fn key(self) -> Key {
        match self {
            Self::Timeout => Key::Timeout,
            Self::AttemptTimeout => Key::AttemptTimeout,
            Self::Hedge => Key::Hedge,
            Self::Backoff | Self::MaxBackoff => Key::Retry,
        }
    }
}

impl Conflict {
    /// The conflict in words, from the side of the longer time or of its limit.
    #[must_use]
    pub fn text(&self, from_limit: bool) -> String {
        let [long, limit] = self.durations;
        let mut ends = [(self.longer, long), (self.limit, limit)];
        let relation = if from_limit {
            ends.reverse();
            "is not longer than"
        } else {
            "is not shorter than"
        };
        let relation = match (long == limit, from_limit) {
            (true, _) => relation,
            (false, true) => "is shorter than",
            (false, false) => "is longer than",
        };
        let [(a, a_is), (b, b_is)] = ends;
        format!(
            "`{}`, which is {}, {relation} `{}`, which is {}",
            a.name(),
            humantime::format_duration(a_is),
            b.name(),
            humantime::format_duration(b_is)
        )
    }

    /// What to write instead, from the same side.
    #[must_use]
    pub fn help(&self, from_limit: bool) -> String {
        let (longer, limit) = (self.longer.name(), self.limit.name());
        if from_limit {
            format!("{}make it longer, or `{longer}` shorter", self.why)
        } else {
            format!("{}make it shorter, or `{limit}` longer", self.why)
        }
    }
}

impl Layer {
    /// The times of this layer that do not fit each other: at most one conflict for each time.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut found: Vec<Conflict> = Vec::new();
        for (longer, relation, limit, why) in RULES.iter().copied() {
            let (Some(time), Some(most)) = (self.time(longer), self.time(limit)) else {
                continue;
            };
            let fits = match relation {
                Within => time <= most,
                Before => time < most,
            };
            if !fits && found.iter().all(|conflict| conflict.longer != longer) {
                found.push(Conflict {
                    longer,
                    limit,
                    durations: [time, most],
                    why,
                });
            }
        }
        found
    }

    /// This layer without the times that do not fit those of `named`, which come from the operation itself. A default
    /// gives way.
    #[must_use]
    pub fn fitting(mut self, named: &Self) -> Self {
        // Each turn unsets a time; what is left to conflict is named on both sides.
        for _ in RULES {
            let conflict = self.conflicts().into_iter().find_map(|conflict| {
                if named.time(conflict.longer).is_none() {
                    return Some(conflict.longer);
                }
                let of_retry = conflict.limit == Time::MaxBackoff;
                (of_retry && named.time(conflict.limit).is_none()).then_some(conflict.limit)
            });
            match conflict {
                Some(time) => self.unset(time),
                None => break,
            }
        }
        self
    }

    fn time(&self, time: Time) -> Option<Duration> {
        match time {
            Time::Timeout => self.timeout.value(),
            Time::AttemptTimeout => self.attempt_timeout.value(),
            Time::Hedge => self.hedge.value(),
            Time::Backoff => self.retry.value()?.backoff,
            Time::MaxBackoff => self.retry.value()?.max_backoff,
        }
    }

    fn unset(&mut self, time: Time) {
        match time {
            Time::Timeout => self.timeout = Setting::Unset,
            Time::AttemptTimeout => self.attempt_timeout = Setting::Unset,
            Time::Hedge => self.hedge = Setting::Unset,
            Time::Backoff | Time::MaxBackoff => {
                if let Setting::Value(retry) = &mut self.retry {
                    match time {
                        Time::Backoff => retry.backoff = None,
                        _ => retry.max_backoff = None,
                    }
                }
            }
        }
    }
}
