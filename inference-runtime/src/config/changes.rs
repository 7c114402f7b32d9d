//! What the configuration says of operations: of one, or of all that do not say.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use serde::{Deserialize, Deserializer, de::Error};
use toml::Spanned;

use super::{
    ConfigError,
    values::{BreakerChange, CacheChange, Count, MaybeTime, Rate, RetryChange, Size, Time, Word},
};
use crate::operation::{Model, RateLimit};

/// What is `None` is left as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) models: Option<Vec<Model>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_input: Option<usize>,
    pub(crate) cache: Option<CacheChange>,
    pub(crate) retry: Option<RetryChange>,
    pub(crate) attempt_timeout: Option<Option<Duration>>,
    pub(crate) circuit_breaker: Option<BreakerChange>,
    pub(crate) rate_limit: Option<Option<RateLimit>>,
    pub(crate) concurrency: Option<Option<NonZeroU32>>,
    pub(crate) hedge: Option<Option<Duration>>,
    /// Where each key was said: a line of the file, or a variable.
    places: BTreeMap<&'static str, String>,
}

/// A section of the file, each value with where it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Section {
    model: Option<Spanned<Models>>,
    timeout: Option<Spanned<Time>>,
    max_input: Option<Spanned<Size>>,
    cache: Option<Spanned<CacheChange>>,
    retry: Option<Spanned<RetryChange>>,
    attempt_timeout: Option<Spanned<MaybeTime>>,
    circuit_breaker: Option<Spanned<BreakerChange>>,
    rate_limit: Option<Spanned<Rate>>,
    concurrency: Option<Spanned<Count>>,
    hedge: Option<Spanned<MaybeTime>>,
}

/// One model or a chain of them.
#[derive(Debug)]
struct Models(Vec<Model>);

/// The keys, and how each is set by a variable.
const KEYS: [(&str, Set); 10] = [
    ("model", |changes, text| {
        let names = text.split(',').map(|name| name.trim().to_owned()).collect();
        changes.models = Some(chain(names)?);
        Ok(())
    }),
    ("timeout", |changes, text| {
        changes.timeout = Some(Time::parse(text)?.0);
        Ok(())
    }),
    ("max_input", |changes, text| {
        changes.max_input = Some(Size::parse(text)?.0);
        Ok(())
    }),
    ("cache", |changes, text| {
        changes.cache = Some(CacheChange::parse(text)?);
        Ok(())
    }),
    ("retry", |changes, text| {
        changes.retry = Some(RetryChange::parse(text)?);
        Ok(())
    }),
    ("attempt_timeout", |changes, text| {
        changes.attempt_timeout = Some(MaybeTime::parse(text)?.0);
        Ok(())
    }),
    ("circuit_breaker", |changes, text| {
        changes.circuit_breaker = Some(BreakerChange::parse(text)?);
        Ok(())
    }),
    ("rate_limit", |changes, text| {
        changes.rate_limit = Some(Rate::parse(text)?.0);
        Ok(())
    }),
    ("concurrency", |changes, text| {
        changes.concurrency = Some(Count::parse(text)?.0);
        Ok(())
    }),
    ("hedge", |changes, text| {
        changes.hedge = Some(MaybeTime::parse(text)?.0);
        Ok(())
    }),
];

type Set = fn(&mut Changes, &str) -> Result<(), ConfigError>;

impl Changes {
    /// The names of all keys.
    pub(super) fn keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|(key, _)| *key)
    }

    /// Takes in the text of a variable.
    pub(super) fn set(&mut self, key: &str, text: &str, variable: &str) -> Result<(), ConfigError> {
        let Some((key, set)) = KEYS.iter().find(|(known, _)| *known == key) else {
            return Ok(());
        };
        self.places.insert(key, variable.to_owned());
        set(self, text)
    }

    /// Where a key was said, if it was.
    pub(crate) fn place(&self, key: &str) -> Option<&str> {
        self.places.get(key).map(String::as_str)
    }

    /// The keys that were said, with their places.
    pub(crate) fn said(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.places
            .iter()
            .map(|(key, place)| (*key, place.as_str()))
    }
}

impl Section {
    /// The changes it asks for.
    pub(super) fn changes(self, place: &dyn Fn(usize) -> String) -> Changes {
        let mut places = BTreeMap::new();
        macro_rules! said {
            ($key:ident) => {
                self.$key.map(|value| {
                    places.insert(stringify!($key), place(value.span().start));
                    value.into_inner()
                })
            };
        }
        Changes {
            models: said!(model).map(|models| models.0),
            timeout: said!(timeout).map(|time| time.0),
            max_input: said!(max_input).map(|size| size.0),
            cache: said!(cache),
            retry: said!(retry),
            attempt_timeout: said!(attempt_timeout).map(|time| time.0),
            circuit_breaker: said!(circuit_breaker),
            rate_limit: said!(rate_limit).map(|rate| rate.0),
            concurrency: said!(concurrency).map(|count| count.0),
            hedge: said!(hedge).map(|time| time.0),
            places,
        }
    }
}

impl<'de> Deserialize<'de> for Models {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a model or an array of models")]
        enum Names {
            One(String),
            Chain(Vec<String>),
        }
        let names = match Names::deserialize(deserializer)? {
            Names::One(name) => vec![name],
            Names::Chain(names) => names,
        };
        chain(names).map(Self).map_err(D::Error::custom)
    }
}

fn chain(names: Vec<String>) -> Result<Vec<Model>, ConfigError> {
    if names.is_empty() {
        return Err(ConfigError::new("a chain of no models; help: name one"));
    }
    names
        .iter()
        .map(|name| {
            name.parse()
                .map_err(|error| ConfigError::new(format!("{error}")))
        })
        .collect()
}
