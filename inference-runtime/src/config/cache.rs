//! `[cache]`: where answers are kept.

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf, time::Duration};

use inference_spec::did_you_mean;
use secrecy::{ExposeSecret, SecretString};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny},
};
use toml::Spanned;

use super::{ConfigError, units};

/// The store, and its bounds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CacheSection {
    #[serde(deserialize_with = "store")]
    store: Option<StoreKind>,
    /// It may have a password in it, where a variable gave it.
    #[serde(deserialize_with = "url")]
    url: Option<SecretString>,
    url_env: Option<String>,
    pub(crate) prefix: Option<String>,
    path: Option<PathBuf>,
    pub(crate) max_entries: Option<NonZeroUsize>,
    #[serde(deserialize_with = "units::size")]
    pub(crate) max_entry_size: Option<usize>,
    #[serde(deserialize_with = "units::size")]
    pub(crate) max_size: Option<usize>,
    #[serde(deserialize_with = "units::duration")]
    pub(crate) timeout: Option<Duration>,
    memory_in_front: Option<bool>,
    /// Where each key stands, for messages.
    #[serde(skip)]
    places: BTreeMap<&'static str, String>,
}

/// The kinds of stores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StoreKind {
    #[default]
    Memory,
    Disk,
    Redis,
}

const KINDS: [(&str, StoreKind); 3] = [
    ("memory", StoreKind::Memory),
    ("disk", StoreKind::Disk),
    ("redis", StoreKind::Redis),
];

const KEYS: [&str; 10] = [
    "store",
    "url",
    "url_env",
    "prefix",
    "path",
    "max_entries",
    "max_entry_size",
    "max_size",
    "timeout",
    "memory_in_front",
];

impl StoreKind {
    /// The name of the kind, which is that of its cargo feature, too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Redis => "redis",
        }
    }

    fn parse(text: &str) -> Result<Self, ConfigError> {
        let known = || KINDS.iter().map(|(name, _)| *name);
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == text) {
            return Ok(*kind);
        }
        let help = did_you_mean(text, known());
        Err(ConfigError::new(format!(
            "no store is named `{text}`; help: {help}"
        )))
    }
}

impl CacheSection {
    /// Remembers where the keys stand in the file.
    pub(super) fn remember_places(
        &mut self,
        text: &str,
        place: impl Fn(usize) -> String,
    ) -> Result<(), ConfigError> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct File {
            cache: BTreeMap<Spanned<String>, IgnoredAny>,
        }
        // It has been read before.
        let file: File = toml::from_str(text).map_err(|error| ConfigError::new(error.message()))?;
        for key in file.cache.keys() {
            if let Some(known) = KEYS.iter().find(|known| *known == key.get_ref()) {
                self.places.insert(known, place(key.span().start));
            }
        }
        if self.url.is_some() && self.url_env.is_some() {
            return Err(self.error(
                "url_env",
                "both `url` and `url_env`; help: take one of them out",
            ));
        }
        Ok(())
    }

    /// Takes in a variable. It has the last word over the file.
    pub(super) fn set(&mut self, key: &'static str, text: &str) -> Result<(), ConfigError> {
        match key {
            "store" => self.store = Some(StoreKind::parse(text)?),
            "url" => {
                self.url = Some(text.into());
                self.url_env = None;
            }
            // Of two variables, the address itself is the nearer word.
            "url_env" => {
                if self
                    .places
                    .get("url")
                    .is_none_or(|place| !of_variable(place))
                {
                    self.url = None;
                    self.url_env = Some(text.to_owned());
                }
            }
            "prefix" => self.prefix = Some(text.to_owned()),
            "path" => self.path = Some(text.into()),
            "max_entries" => {
                let entries = text
                    .parse()
                    .map_err(|_| ConfigError::new(format!("`{text}` is no number above zero")))?;
                self.max_entries = Some(entries);
            }
            "max_entry_size" => self.max_entry_size = Some(units::parse_size(text)?),
            "max_size" => self.max_size = Some(units::parse_size(text)?),
            "timeout" => self.timeout = Some(units::parse_duration(text)?),
            _ => {
                let switch = text.parse().map_err(|_| {
                    ConfigError::new(format!("`{text}` is neither `true` nor `false`"))
                })?;
                self.memory_in_front = Some(switch);
            }
        }
        self.places
            .insert(key, format!("{VARIABLE}{}", key.to_ascii_uppercase()));
        Ok(())
    }

    /// Which store it is. Its keys must be ones that this kind has.
    pub(crate) fn kind(&self) -> Result<StoreKind, ConfigError> {
        let kind = self.store.unwrap_or_default();
        let outside = "disk` or `redis";
        for (key, given, fits, of) in [
            ("url", self.url.is_some(), kind == StoreKind::Redis, "redis"),
            (
                "url_env",
                self.url_env.is_some(),
                kind == StoreKind::Redis,
                "redis",
            ),
            (
                "prefix",
                self.prefix.is_some(),
                kind == StoreKind::Redis,
                "redis",
            ),
            ("path", self.path.is_some(), kind == StoreKind::Disk, "disk"),
            (
                "max_size",
                self.max_size.is_some(),
                kind == StoreKind::Disk,
                "disk",
            ),
            (
                "timeout",
                self.timeout.is_some(),
                kind != StoreKind::Memory,
                outside,
            ),
            (
                "memory_in_front",
                self.memory_in_front.is_some(),
                kind != StoreKind::Memory,
                outside,
            ),
        ] {
            if given && !fits {
                return Err(self.error(
                    key,
                    format_args!(
                        "the store `{}` has no `{key}`; help: take it out, or set `store` to `{of}`",
                        kind.name()
                    ),
                ));
            }
        }
        if self.max_entries.is_some() && !self.has_memory(kind) {
            return Err(self.error(
                "max_entries",
                "`max_entries` is the number of entries in memory, and `memory_in_front` is `false`; help: take one of them out",
            ));
        }
        Ok(kind)
    }

    /// Whether entries are kept in memory.
    pub(crate) fn has_memory(&self, kind: StoreKind) -> bool {
        kind == StoreKind::Memory || self.memory_in_front.unwrap_or(true)
    }

    /// The address of Redis.
    #[cfg(feature = "redis")]
    pub(crate) fn address(&self) -> Result<SecretString, ConfigError> {
        if let Some(url) = &self.url {
            return Ok(url.clone());
        }
        let Some(variable) = &self.url_env else {
            return Err(self.error(
                "store",
                "the store `redis` has no address; help: set `url = \"redis://host:6379\"`, or the variable `INFERENCE_CACHE_URL`",
            ));
        };
        match std::env::var(variable) {
            Ok(url) if !url.trim().is_empty() => Ok(url.into()),
            _ => Err(self.error(
                "url_env",
                format_args!("`{variable}` is not set; help: set it to the address of redis"),
            )),
        }
    }

    /// The file of the cache.
    #[cfg(feature = "disk")]
    pub(crate) fn path(&self) -> Result<&std::path::Path, ConfigError> {
        self.path.as_deref().ok_or_else(|| {
            self.error(
                "store",
                "the store `disk` has no file; help: set `path = \"/var/cache/service/answers.redb\"`",
            )
        })
    }

    /// What is wrong with a key, and where.
    pub(crate) fn error(&self, key: &str, what: impl std::fmt::Display) -> ConfigError {
        match self.places.get(key) {
            Some(place) => ConfigError::new(format!("{place}: {what}")),
            None => ConfigError::new(format!("cache: {what}")),
        }
    }
}

/// What the variables begin with.
const VARIABLE: &str = "INFERENCE_CACHE_";

fn of_variable(place: &str) -> bool {
    place.starts_with(VARIABLE)
}

fn store<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StoreKind>, D::Error> {
    let text = String::deserialize(deserializer)?;
    StoreKind::parse(&text).map(Some).map_err(D::Error::custom)
}

/// An address in a file, where no password may stand.
fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let url = SecretString::from(String::deserialize(deserializer)?);
    if url.expose_secret().contains('@') {
        return Err(D::Error::custom(
            "a password has no place in the file; help: put the address into the variable `INFERENCE_CACHE_URL`, or into one that `url_env` names",
        ));
    }
    Ok(Some(url))
}
