//! What an annotation's `allow(...)` lets the configuration change.

use std::time::Duration;

use super::Settings;
use crate::{
    config::{Changes, ConfigError},
    operation::{Bound, Bounds, Spec},
};

/// Holds what is changed of an operation against what its annotation allows.
pub(super) fn check(
    spec: &Spec,
    changes: &Changes,
    settings: &Settings<'_>,
) -> Result<(), ConfigError> {
    let Some(bounds) = spec.bounds() else {
        return Ok(());
    };
    for (key, place) in changes.said() {
        let Some(bound) = bounds.iter().find(|bound| bound.key() == key) else {
            return Err(ConfigError::new(format!(
                "{place}: the annotation of `{}` does not allow `{key}` to be changed; help: {}",
                spec.name(),
                instead(bounds)
            )));
        };
        let range = bound.range();
        if let Some(model) = changes
            .models
            .iter()
            .flatten()
            .find(|model| key == "model" && !range.holds_model(model))
        {
            return Err(ConfigError::new(format!(
                "{place}: the annotation of `{}` does not allow the model `{model}`; help: {}",
                spec.name(),
                within(key, range)
            )));
        }
        if number(key, settings).is_some_and(|number| !range.holds(number)) {
            return Err(ConfigError::new(format!(
                "{place}: the annotation of `{}` does not allow `{key}` to be this; help: {}",
                spec.name(),
                within(key, range)
            )));
        }
    }
    Ok(())
}

/// What a key is now, as a number of the range's kind. A cache and a retry that are off are zero; a limit that is off is
/// without end.
fn number(key: &str, settings: &Settings<'_>) -> Option<u64> {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let policies = &settings.policies;
    Some(match key {
        "timeout" => milliseconds(settings.timeout),
        "cache" => settings.cache.map_or(0, |cache| milliseconds(cache.ttl)),
        "retry" => policies
            .retry
            .map_or(0, |retry| u64::from(retry.attempts.saturating_sub(1))),
        "attempt_timeout" => policies.attempt_timeout.map_or(u64::MAX, milliseconds),
        "concurrency" => policies
            .concurrency
            .map_or(u64::MAX, |calls| u64::from(calls.get())),
        "hedge" => policies.hedge.map_or(u64::MAX, milliseconds),
        _ => return None,
    })
}

fn instead(bounds: &[Bound]) -> String {
    if bounds.is_empty() {
        return "it allows nothing: take the key out".to_owned();
    }
    let keys: Vec<_> = bounds
        .iter()
        .map(|bound| format!("`{}`", bound.key()))
        .collect();
    format!("it allows {}", keys.join(", "))
}

fn within(key: &str, range: Bounds) -> String {
    let written = |number: u64| match key {
        "retry" | "concurrency" => number.to_string(),
        _ => humantime::format_duration(Duration::from_millis(number)).to_string(),
    };
    match range {
        Bounds::Any => "any value is allowed".to_owned(),
        Bounds::Models(patterns) => {
            let patterns: Vec<_> = patterns.iter().map(|one| format!("`{one}`")).collect();
            format!("it allows {}", patterns.join(", "))
        }
        Bounds::Between(0, most) => format!("it allows at most {}", written(most)),
        Bounds::Between(least, u64::MAX) => format!("it allows at least {}", written(least)),
        Bounds::Between(least, most) => {
            format!("it allows {} to {}", written(least), written(most))
        }
    }
}
