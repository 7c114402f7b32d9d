//! What `allow(...)` lets the configuration change, and how far.

use super::Model;

/// One thing that `[operations.NAME]` may change of an operation whose annotation has `allow(...)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    key: &'static str,
    range: Bounds,
}

/// How far it may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bounds {
    /// To any value.
    Any,
    /// To models with these names, or names that begin like this where a pattern ends in `*`.
    Models(&'static [&'static str]),
    /// Between these, both included: milliseconds of a time (of `cache`, how long answers are fresh), a number of retries
    /// or of calls. [`u64::MAX`] is no end.
    Between(u64, u64),
}

impl Bound {
    /// This key may have any value.
    #[must_use]
    pub const fn any(key: &'static str) -> Self {
        Self {
            key,
            range: Bounds::Any,
        }
    }

    /// The models may be these: exact names, or beginnings that end in `*`.
    #[must_use]
    pub const fn models(patterns: &'static [&'static str]) -> Self {
        Self {
            key: "model",
            range: Bounds::Models(patterns),
        }
    }

    /// This key may have these values: see [`Bounds::Between`].
    #[must_use]
    pub const fn between(key: &'static str, least: u64, most: u64) -> Self {
        Self {
            key,
            range: Bounds::Between(least, most),
        }
    }

    /// The key in `[operations.NAME]`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// How far it may be changed.
    #[must_use]
    pub const fn range(&self) -> Bounds {
        self.range
    }
}

impl Bounds {
    /// Whether a model is among those of the range.
    pub(crate) fn holds_model(&self, model: &Model) -> bool {
        let Self::Models(patterns) = self else {
            return true;
        };
        let name = model.to_string();
        patterns
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == *pattern,
            })
    }

    /// Whether a number is among those of the range.
    pub(crate) fn holds(&self, number: u64) -> bool {
        match self {
            Self::Between(least, most) => (*least..=*most).contains(&number),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Bounds};

    #[test]
    fn a_pattern_holds_names_that_begin_like_it() {
        let range = Bounds::Models(&["org/*", "local::sentiment"]);
        for (name, held) in [
            ("org/name", true),
            ("org/name:groq", true),
            ("organisation/name", false),
            ("local::sentiment", true),
            ("local::sentiment2", false),
        ] {
            assert_eq!(
                range.holds_model(&name.parse().expect(name)),
                held,
                "{name}"
            );
        }
    }

    #[test]
    fn both_ends_belong_to_a_range() {
        let range = Bound::between("timeout", 1_000, 10_000).range();
        for (number, held) in [(999, false), (1_000, true), (10_000, true), (10_001, false)] {
            assert_eq!(range.holds(number), held, "{number}");
        }
    }
}
