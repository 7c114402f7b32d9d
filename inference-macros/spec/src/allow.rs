//! The bounds of `allow(...)` on changes by the configuration.

use std::{fmt::Display, time::Duration};

use crate::{Key, list};

/// One key that `[operations.NAME]` may change for an operation whose annotation has `allow(...)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    key: &'static str,
    range: Bounds,
}

/// The values that a key may be changed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bounds {
    /// Any value.
    Any,
    /// Models with these names, or with these prefixes if a pattern ends in `*`.
    Models(&'static [&'static str]),
    /// An inclusive range: milliseconds of a duration (of `cache`, the time to live), a number of retries or of
    /// calls. [`u64::MAX`] means unbounded.
    Between(u64, u64),
}

/// The kind of range that bounds a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundKind {
    /// A range of durations, in quotes.
    Durations,
    /// A range of whole numbers.
    Numbers,
    /// No range: either any value is allowed, or no change.
    Whole,
}

impl Bound {
    /// Allows any value of this key.
    #[must_use]
    pub const fn any(key: &'static str) -> Self {
        Self {
            key,
            range: Bounds::Any,
        }
    }

    /// Allows these models: exact names, or prefixes followed by `*`.
    #[must_use]
    pub const fn models(patterns: &'static [&'static str]) -> Self {
        Self {
            key: "model",
            range: Bounds::Models(patterns),
        }
    }

    /// Allows these values of this key: see [`Bounds::Between`].
    #[must_use]
    pub const fn between(key: &'static str, least: u64, most: u64) -> Self {
        Self {
            key,
            range: Bounds::Between(least, most),
        }
    }

    /// Returns the key in `[operations.NAME]`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Returns the allowed values.
    #[must_use]
    pub const fn range(&self) -> Bounds {
        self.range
    }

    /// Describes the range, for the help of an error.
    #[must_use]
    pub fn help(&self) -> String {
        let kind = Key::from_name(self.key).map(|key| key.rule().bound);
        let written = |number: u64| match kind {
            Some(BoundKind::Durations) => {
                humantime::format_duration(Duration::from_millis(number)).to_string()
            }
            _ => number.to_string(),
        };
        match self.range {
            Bounds::Any => "any value is allowed".to_owned(),
            Bounds::Models(patterns) => format!("it allows {}", list(patterns.iter().copied())),
            Bounds::Between(0, most) => format!("it allows at most {}", written(most)),
            Bounds::Between(least, u64::MAX) => format!("it allows at least {}", written(least)),
            Bounds::Between(least, most) => {
                format!("it allows {} to {}", written(least), written(most))
            }
        }
    }
}

impl Bounds {
    /// Whether a model, as displayed, is within the range.
    #[must_use]
    pub fn holds_model(&self, model: &impl Display) -> bool {
        match self {
            Self::Models(patterns) => matches(patterns, &model.to_string()),
            _ => true,
        }
    }

    /// Whether a number is within the range.
    #[must_use]
    pub fn holds(&self, number: u64) -> bool {
        match self {
            Self::Between(least, most) => (*least..=*most).contains(&number),
            _ => true,
        }
    }
}

/// Whether one of these patterns matches the name of a model.
pub fn matches<P: AsRef<str>>(patterns: &[P], name: &str) -> bool {
    patterns.iter().any(|pattern| {
        let pattern = pattern.as_ref();
        match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == pattern,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Bound, Bounds};

    #[test]
    fn pattern_with_star_matches_names_with_its_prefix() {
        let range = Bounds::Models(&["org/*", "local::sentiment"]);
        for (name, held) in [
            ("org/name", true),
            ("org/name:groq", true),
            ("organisation/name", false),
            ("local::sentiment", true),
            ("local::sentiment2", false),
        ] {
            assert_eq!(range.holds_model(&name), held, "{name}");
        }
    }

    #[test]
    fn range_includes_both_ends() {
        let range = Bound::between("timeout", 1_000, 10_000).range();
        for (number, held) in [(999, false), (1_000, true), (10_000, true), (10_001, false)] {
            assert_eq!(range.holds(number), held, "{number}");
        }
    }
}
