//! Times that do not go together. The macro has refused those of the annotation; these are the configuration's, or one
//! of each.

use std::time::Duration;

use super::Settings;
use crate::{
    config::{Changes, ConfigError},
    operation::Spec,
};

/// The times that somebody has said.
struct Said {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    hedge: Option<Duration>,
    backoff: Option<Duration>,
}

/// Of one operation: only what is said of itself is held against each other. A default gives way.
pub(super) fn check(
    spec: &Spec,
    changes: &Changes,
    settings: &Settings<'_>,
) -> Result<(), ConfigError> {
    let said = Said::of(settings, |key| {
        changes.place(key).is_some()
            || match key {
                "timeout" => spec.timeout_limit().is_some(),
                "attempt_timeout" => spec.attempt_limit().is_some(),
                "hedge" => spec.hedge_delay().is_some(),
                _ => spec.retry_policy().is_some(),
            }
    });
    said.check(changes)
}

/// Of `[defaults]` alone.
pub(super) fn check_defaults(
    changes: &Changes,
    settings: &Settings<'_>,
) -> Result<(), ConfigError> {
    Said::of(settings, |key| changes.place(key).is_some()).check(changes)
}

impl Said {
    fn of(settings: &Settings<'_>, is_said: impl Fn(&str) -> bool) -> Self {
        let Settings {
            timeout, policies, ..
        } = settings;
        let only = |key: &str, time: Option<Duration>| time.filter(|_| is_said(key));
        Self {
            timeout: only("timeout", Some(*timeout)),
            attempt_timeout: only("attempt_timeout", policies.attempt_timeout),
            hedge: only("hedge", policies.hedge),
            backoff: only("retry", policies.retry.map(|retry| retry.backoff)),
        }
    }

    fn check(&self, changes: &Changes) -> Result<(), ConfigError> {
        let whole = ("timeout", self.timeout);
        let attempt = ("attempt_timeout", self.attempt_timeout);
        let pairs = [
            (
                "attempt_timeout",
                self.attempt_timeout,
                whole,
                Relation::Within,
            ),
            ("hedge", self.hedge, attempt, Relation::Before),
            ("hedge", self.hedge, whole, Relation::Before),
            ("retry", self.backoff, whole, Relation::Within),
        ];
        for (key, time, (limit_key, limit), relation) in pairs {
            let (Some(time), Some(limit)) = (time, limit) else {
                continue;
            };
            let wrong = match relation {
                Relation::Within => time > limit,
                Relation::Before => time >= limit,
            };
            // What stands in neither place is the annotation's own, which the macro has seen.
            let place = changes.place(key).or(changes.place(limit_key));
            if let (true, Some(place)) = (wrong, place) {
                return Err(refusal(place, key, time, limit_key, limit));
            }
        }
        Ok(())
    }
}

/// What a time must be to its limit.
enum Relation {
    /// No longer.
    Within,
    /// Shorter.
    Before,
}

fn refusal(
    place: &str,
    key: &str,
    time: Duration,
    limit_key: &str,
    limit: Duration,
) -> ConfigError {
    let what = match key {
        "retry" => "the `backoff` of `retry`".to_owned(),
        key => format!("`{key}`"),
    };
    let relation = if time == limit {
        "is not shorter than"
    } else {
        "is longer than"
    };
    let [time, limit] = [time, limit].map(humantime::format_duration);
    ConfigError::new(format!(
        "{place}: {what}, which is {time}, {relation} `{limit_key}`, which is {limit}; help: make it shorter, or `{limit_key}` longer"
    ))
}
