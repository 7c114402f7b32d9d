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

/// The required relation of a time to its limit.
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

/// Each time with its limit, and the reason.
const RULES: &[(Time, Relation, Time, &str)] = &[
    (Time::AttemptTimeout, Within, Time::Timeout, ONE_ATTEMPT),
    (Time::Hedge, Before, Time::AttemptTimeout, FIRST_CALL),
    (Time::Hedge, Before, Time::Timeout, FIRST_CALL),
    (Time::Backoff, Within, Time::MaxBackoff, ""),
    (Time::Backoff, Within, Time::Timeout, ""),
];

/// A time that exceeds its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The time that is too long.
    pub longer: Time,
    /// The limit that it exceeds.
    pub limit: Time,
    durations: [Duration; 2],
    why: &'static str,
}

impl Time {
    /// Returns its name in the annotation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backoff => "backoff",
            Self::MaxBackoff => "max_backoff",
            _ => self.key().name(),
        }
    }

    /// Returns the policy that it belongs to.
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
    /// Describes the conflict, starting from the longer time or from its limit.
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

    /// Returns the help, from the same side.
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
    /// Returns the conflicts between the times of this layer: at most one for each time.
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

    /// Returns this layer without the default times that conflict with those of `named`, which the operation itself
    /// sets.
    #[must_use]
    pub fn fitting(mut self, named: &Self) -> Self {
        // Each iteration unsets one time. The remaining conflicts are between named times.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RetryParts;

    fn seconds(seconds: u64) -> Setting<Duration> {
        Setting::Value(Duration::from_secs(seconds))
    }

    /// Returns the texts of all conflicts, from both sides.
    fn texts(layer: &Layer) -> Vec<[String; 2]> {
        let both = |conflict: &Conflict| [false, true].map(|at_limit| conflict.text(at_limit));
        layer.conflicts().iter().map(both).collect()
    }

    #[test]
    fn each_time_has_at_most_one_conflict() {
        let mut layer = Layer::new();
        layer.timeout = seconds(2);
        layer.attempt_timeout = seconds(3);
        layer.hedge = seconds(3);
        layer.retry = Setting::Value(RetryParts {
            backoff: Some(Duration::from_secs(4)),
            ..RetryParts::default()
        });
        assert_eq!(
            texts(&layer),
            [
                [
                    "`attempt_timeout`, which is 3s, is longer than `timeout`, which is 2s",
                    "`timeout`, which is 2s, is shorter than `attempt_timeout`, which is 3s",
                ],
                [
                    "`hedge`, which is 3s, is not shorter than `attempt_timeout`, which is 3s",
                    "`attempt_timeout`, which is 3s, is not longer than `hedge`, which is 3s",
                ],
                [
                    "`backoff`, which is 4s, is longer than `timeout`, which is 2s",
                    "`timeout`, which is 2s, is shorter than `backoff`, which is 4s",
                ],
            ]
        );
    }

    #[test]
    fn default_time_that_conflicts_with_a_named_time_is_dropped() {
        let mut defaults = Layer::new();
        defaults.attempt_timeout = seconds(7);
        defaults.hedge = seconds(2);
        let mut named = Layer::new();
        named.timeout = seconds(5);
        let fitting = defaults.replaced(&named).fitting(&named);
        assert_eq!(fitting.attempt_timeout, Setting::Unset);
        assert_eq!(fitting.hedge, seconds(2));
        named.attempt_timeout = seconds(1);
        let fitting = defaults.replaced(&named).fitting(&named);
        assert_eq!(fitting.attempt_timeout, seconds(1));
        assert_eq!(fitting.hedge, Setting::Unset);
        named.hedge = seconds(20);
        assert_eq!(defaults.replaced(&named).fitting(&named).hedge, seconds(20));
    }

    #[test]
    fn default_wait_that_conflicts_with_a_named_wait_is_dropped() {
        let waits = |backoff: Option<u64>, max_backoff: Option<u64>| {
            let mut layer = Layer::new();
            layer.retry = Setting::Value(RetryParts {
                attempts: None,
                backoff: backoff.map(Duration::from_secs),
                max_backoff: max_backoff.map(Duration::from_secs),
            });
            layer
        };
        for (defaults, named, expected) in [
            (waits(None, Some(1)), waits(Some(5), None), [5, 5]),
            (waits(Some(5), Some(9)), waits(None, Some(1)), [0, 1]),
        ] {
            let fitting = defaults.changed(&named).fitting(&named);
            let policies = fitting.resolve().expect("complete");
            let retry = policies.retry.expect("on");
            assert_eq!(
                [retry.backoff.as_secs(), retry.max_backoff.as_secs()],
                expected
            );
        }
    }
}
