//! The settings that the builders of all services share.

use std::path::Path;

use secrecy::SecretString;

use super::{
    ConfiguredEndpoint, Credential, Endpoint, InvalidSecret, MAX_RESPONSE_BYTES, ServiceKind,
    Transport, base_url,
};
use crate::ConfigError;

/// The settings of a builder.
pub(crate) struct Settings {
    base_url: Option<String>,
    key: Key,
    max_response_bytes: usize,
}

enum Key {
    None,
    Value(SecretString),
    /// One sentence: where the key is expected and missing.
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

    /// Sets the base URL if it is not set.
    pub(crate) fn default_base_url(&mut self, url: impl FnOnce() -> String) {
        self.base_url.get_or_insert_with(url);
    }

    pub(crate) fn api_key(&mut self, key: SecretString) {
        self.key = Key::Value(key);
    }

    pub(crate) fn api_key_env(&mut self, variable: &str) {
        self.key = match std::env::var(variable) {
            Ok(key) if !key.trim().is_empty() => Key::Value(key.into()),
            _ => Key::Missing(format!(
                "the variable `{variable}` has no key; help: set it, or remove `api_key_env` from the configuration if the service needs none"
            )),
        };
    }

    pub(crate) fn api_key_file(&mut self, path: &Path) {
        self.key = match std::fs::read_to_string(path) {
            Ok(key) if !key.trim().is_empty() => Key::Value(key.into()),
            Ok(_) => Key::Missing(format!(
                "the file `{}` contains no key; help: write the key into it",
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

    /// Builds the endpoint.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the address or the key is invalid.
    pub(crate) fn build(
        self,
        kind: &'static ServiceKind,
    ) -> Result<ConfiguredEndpoint, ConfigError> {
        let Some(url) = self.base_url else {
            return Err(ConfigError::new(format!(
                "{} has no base URL; help: set `base_url` to something like `{}`",
                kind.name, kind.example
            )));
        };
        let base = base_url(&url, kind.name, kind.example)?;
        let credential = match self.key {
            Key::None => Credential::none(),
            Key::Value(raw) => Credential::bearer(&raw).map_err(|InvalidSecret| {
                ConfigError::new(format!(
                    "the key of {} contains invalid characters; help: copy it again, without quotes or spaces",
                    kind.name
                ))
            })?,
            Key::Missing(reason) => return Ok(ConfiguredEndpoint::not_configured(reason)),
        };
        Ok(
            match Transport::new(&base, self.max_response_bytes, &kind.hints) {
                Ok(transport) => ConfiguredEndpoint::new(Endpoint {
                    kind,
                    transport,
                    base,
                    credential,
                }),
                Err(reason) => ConfiguredEndpoint::not_configured(reason),
            },
        )
    }
}

/// Generates the common methods of a builder with a field `settings`.
macro_rules! settings {
    () => {
        /// Sets the base URL: http or https, a host, and an optional path prefix.
        #[must_use]
        pub fn base_url(mut self, url: impl Into<String>) -> Self {
            self.settings.base_url(url.into());
            self
        }

        /// Sets the key, sent as `Authorization: Bearer`. Surrounding white space is removed; an empty key is ignored.
        #[must_use]
        pub fn api_key(mut self, key: impl Into<secrecy::SecretString>) -> Self {
            self.settings.api_key(key.into());
            self
        }

        /// Reads the key from this environment variable. If it is not set, the backend is
        /// [not configured](crate::ErrorKind::NotConfigured).
        #[must_use]
        pub fn api_key_env(mut self, variable: impl AsRef<str>) -> Self {
            self.settings.api_key_env(variable.as_ref());
            self
        }

        /// Reads the key from this file once. If that fails, the backend is
        /// [not configured](crate::ErrorKind::NotConfigured).
        #[must_use]
        pub fn api_key_file(mut self, path: impl AsRef<std::path::Path>) -> Self {
            self.settings.api_key_file(path.as_ref());
            self
        }

        /// Sets the maximum size of a response. Default: 32 MiB.
        #[must_use]
        pub fn max_response_bytes(mut self, bytes: usize) -> Self {
            self.settings.max_response_bytes(bytes);
            self
        }
    };
}
pub(crate) use settings;
