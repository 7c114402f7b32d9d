//! `[cache]`: the store of the cache.

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
    /// May contain a password if it comes from a variable.
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
    /// The location of each key, for messages.
    #[serde(skip)]
    origins: BTreeMap<&'static str, String>,
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
    /// The name of the kind, which is also that of its cargo feature.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Redis => "redis",
        }
    }

    fn parse(text: &str) -> Result<Self, ConfigError> {
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == text) {
            return Ok(*kind);
        }
        let help = did_you_mean(text, KINDS.iter().map(|(name, _)| *name));
        Err(ConfigError::new(format!(
            "unknown store `{text}`; help: {help}"
        )))
    }
}

impl CacheSection {
    /// Records the locations of the keys in the file.
    pub(super) fn record_origins(
        &mut self,
        text: &str,
        location: impl Fn(usize) -> String,
    ) -> Result<(), ConfigError> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct File {
            cache: BTreeMap<Spanned<String>, IgnoredAny>,
        }
        // The caller has parsed the text before.
        let file: File = toml::from_str(text).map_err(|error| ConfigError::new(error.message()))?;
        for key in file.cache.keys() {
            if let Some(name) = KEYS.iter().find(|name| *name == key.get_ref()) {
                self.origins.insert(name, location(key.span().start));
            }
        }
        if self.url.is_some() && self.url_env.is_some() {
            return Err(self.error(
                "url_env",
                "`url` and `url_env` cannot be combined; help: remove one of them",
            ));
        }
        Ok(())
    }

    /// Sets a key from a variable, which overrides the file.
    pub(super) fn set(&mut self, key: &'static str, text: &str) -> Result<(), ConfigError> {
        match key {
            "store" => self.store = Some(StoreKind::parse(text)?),
            "url" => {
                self.url = Some(text.into());
                self.url_env = None;
            }
            // If both variables are set, the address itself takes precedence.
            "url_env" => {
                if self
                    .origins
                    .get("url")
                    .is_none_or(|origin| !is_variable(origin))
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
                    .map_err(|_| ConfigError::new(format!("`{text}` is not a positive integer")))?;
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
        self.origins
            .insert(key, format!("{VARIABLE}{}", key.to_ascii_uppercase()));
        Ok(())
    }

    /// Returns its kind. Every key must be one of this kind.
    pub(crate) fn kind(&self) -> Result<StoreKind, ConfigError> {
        let kind = self.store.unwrap_or_default();
        let external = "disk` or `redis";
        for (key, is_set, applies, owner) in [
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
                external,
            ),
            (
                "memory_in_front",
                self.memory_in_front.is_some(),
                kind != StoreKind::Memory,
                external,
            ),
        ] {
            if is_set && !applies {
                return Err(self.error(
                    key,
                    format_args!(
                        "the store `{}` has no `{key}`; help: remove it, or set `store` to `{owner}`",
                        kind.name()
                    ),
                ));
            }
        }
        if self.max_entries.is_some() && !self.has_memory(kind) {
            return Err(self.error(
                "max_entries",
                "`max_entries` is the number of entries in memory, and `memory_in_front` is `false`; help: remove one of them",
            ));
        }
        Ok(kind)
    }

    /// Whether entries are cached in memory.
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
                format_args!("`{variable}` is not set; help: set it to the address of Redis"),
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

    /// Returns an error with the location of a key.
    pub(crate) fn error(&self, key: &str, message: impl std::fmt::Display) -> ConfigError {
        match self.origins.get(key) {
            Some(origin) => ConfigError::new(format!("{origin}: {message}")),
            None => ConfigError::new(format!("cache: {message}")),
        }
    }
}

/// The prefix of the variables.
const VARIABLE: &str = "INFERENCE_CACHE_";

fn is_variable(origin: &str) -> bool {
    origin.starts_with(VARIABLE)
}

fn store<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StoreKind>, D::Error> {
    let text = String::deserialize(deserializer)?;
    StoreKind::parse(&text).map(Some).map_err(D::Error::custom)
}

/// Reads an address from the file, which cannot contain a password.
fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let url = SecretString::from(String::deserialize(deserializer)?);
    if url.expose_secret().contains('@') {
        return Err(D::Error::custom(
            "the file cannot contain a password; help: set the address in the variable `INFERENCE_CACHE_URL`, or in one named by `url_env`",
        ));
    }
    Ok(Some(url))
}
