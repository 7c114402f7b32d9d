use std::{fmt, sync::atomic::AtomicBool, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use super::{RedisStore, connection::Connection};
use crate::{ConfigError, cache::TIMEOUT};

/// Builds a [`RedisStore`].
pub struct RedisStoreBuilder {
    url: SecretString,
    prefix: String,
    max_entry_bytes: usize,
    timeout: Duration,
}

impl RedisStoreBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.trim().into(),
            prefix: RedisStore::DEFAULT_PREFIX.to_owned(),
            max_entry_bytes: RedisStore::DEFAULT_MAX_ENTRY_BYTES,
            timeout: TIMEOUT,
        }
    }

    /// Sets the prefix of the keys. Programs with different prefixes share no entries. Default: `inference`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets the maximum size of an entry in bytes; a larger one is not stored. Default: 1 MiB.
    #[must_use]
    pub fn max_entry_bytes(mut self, bytes: usize) -> Self {
        self.max_entry_bytes = bytes;
        self
    }

    /// Sets the time limit of a command. When it is exceeded, the connection is closed. Default: 50 ms.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Builds the store, which connects on first use.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the URL is invalid.
    pub fn build(self) -> Result<RedisStore, ConfigError> {
        let connection = Connection::new(self.url.expose_secret(), self.timeout)?;
        Ok(RedisStore {
            connection,
            prefix: self.prefix,
            max_entry_bytes: self.max_entry_bytes,
            rejection_logged: AtomicBool::new(false),
        })
    }
}

impl fmt::Debug for RedisStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
