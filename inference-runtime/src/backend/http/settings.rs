//! What the builders of all these services have in common.

use std::path::Path;

use secrecy::SecretString;

use super::{
    ConfiguredEndpoint, Credential, Endpoint, Kind, MAX_RESPONSE_BYTES, Transport, Unsendable,
    base_url,
};
use crate::ConfigError;

/// What a builder has been told.
pub(crate) struct Settings {
    base_url: Option<String>,
    key: Key,
    max_response_bytes: usize,
}

enum Key {
    None,
    Given(SecretString),
    /// One sentence: where it should be and is not.
    Missing(String),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            key: Key::None,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }
}

impl Settings {
    pub(crate) fn base_url(&mut self, url: String) {
        self.base_url = Some(url);
    }

    /// Unless there is one.
    pub(crate) fn default_base_url(&mut self, url: impl FnOnce() -> String) {
        self.base_url.get_or_insert_with(url);
    }

    pub(crate) fn api_key(&mut self, key: SecretString) {
        self.key = Key::Given(key);
    }

    pub(crate) fn api_key_env(&mut self, variable: &str) {
        self.key = match std::env::var(variable) {
            Ok(key) if !key.trim().is_empty() => Key::Given(key.into()),
            _ => Key::Missing(format!(
                "there is no key in the variable `{variable}`; help: set it, or take `api_key_env` out of the configuration if the service needs none"
            )),
        };
    }

    pub(crate) fn api_key_file(&mut self, path: &Path) {
        self.key = match std::fs::read_to_string(path) {
            Ok(key) if !key.trim().is_empty() => Key::Given(key.into()),
            Ok(_) => Key::Missing(format!(
                "the file `{}` holds no key; help: write it there",
                path.display()
            )),
            Err(error) => Key::Missing(format!(
                "the file `{}` with the key cannot be read ({}); help: make it readable",
                path.display(),
                error.kind()
            )),
        };
    }

    pub(crate) fn max_response_bytes(&mut self, bytes: usize) {
        self.max_response_bytes = bytes;
    }

    /// The way to the service.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the address or the key cannot be used as they are written.
    pub(crate) fn build(self, kind: &'static Kind) -> Result<ConfiguredEndpoint, ConfigError> {
        let Some(url) = self.base_url else {
            return Err(ConfigError::new(format!(
                "{} has no base URL; help: set `base_url` to something like `{}`",
                kind.name, kind.example
            )));
        };
        let base = base_url(&url, kind.name, kind.example)?;
        let credential = match self.key {
            Key::None => Credential::none(),
            Key::Given(raw) => Credential::bearer(&raw).map_err(|Unsendable| {
                ConfigError::new(format!(
                    "the key of {} holds characters that no key has; help: copy it again, without quotes or spaces",
                    kind.name
                ))
            })?,
            Key::Missing(why) => return Ok(ConfiguredEndpoint::missing(why)),
        };
        Ok(
            match Transport::new(&base, self.max_response_bytes, &kind.advice) {
                Ok(channel) => ConfiguredEndpoint::there(Endpoint {
                    kind,
                    channel,
                    base,
                    credential,
                }),
                Err(why) => ConfiguredEndpoint::missing(why),
            },
        )
    }
}

/// The methods of a builder with a field `settings`.
macro_rules! settings {
    () => {
        /// Where the service is: http or https, a host, a path prefix if need be.
        #[must_use]
        pub fn base_url(mut self, url: impl Into<String>) -> Self {
            self.settings.base_url(url.into());
            self
        }

        /// The key, sent as `Authorization: Bearer`. White space around it is taken off; an empty one is none.
        #[must_use]
        pub fn api_key(mut self, key: impl Into<secrecy::SecretString>) -> Self {
            self.settings.api_key(key.into());
            self
        }

        /// Takes the key from this variable of the environment. Where it is not set the backend is
        /// [not configured](crate::ErrorKind::NotConfigured).
        #[must_use]
        pub fn api_key_env(mut self, variable: impl AsRef<str>) -> Self {
            self.settings.api_key_env(variable.as_ref());
            self
        }

        /// Takes the key from this file, which is read once. Where that fails the backend is
        /// [not configured](crate::ErrorKind::NotConfigured).
        #[must_use]
        pub fn api_key_file(mut self, path: impl AsRef<std::path::Path>) -> Self {
            self.settings.api_key_file(path.as_ref());
            self
        }

        /// Refuses answers of more bytes than this. Default: 32 MiB.
        #[must_use]
        pub fn max_response_bytes(mut self, bytes: usize) -> Self {
            self.settings.max_response_bytes(bytes);
            self
        }
    };
}
pub(crate) use settings;
