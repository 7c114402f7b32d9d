use std::{fmt, time::Duration};

use super::{KServe, metadata::MetadataCache};
use crate::{
    ConfigError,
    backend::http::{Hints, ServiceKind, Settings, settings},
};

/// How long the tensors of a model are cached.
const METADATA_TTL: Duration = Duration::from_secs(5 * 60);

pub(super) static KIND: ServiceKind = ServiceKind {
    name: "the KServe v2 server",
    example: "http://127.0.0.1:8080",
    hints: Hints {
        unauthorized: "check the key, and the proxies in front of the server",
        forbidden: "check the key, and the proxies in front of the server",
        payment_required: "check the proxies in front of the server",
        not_found: "check the model's name and version (`GET /v2/models/NAME`), and that `base_url` is the server's root",
        unsupported: "check the inputs that the model accepts (`GET /v2/models/NAME`)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Builder for [`KServe`].
pub struct KServeBuilder {
    settings: Settings,
    metadata_ttl: Duration,
}

impl Default for KServeBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            metadata_ttl: METADATA_TTL,
        }
    }
}

impl KServeBuilder {
    settings!();

    /// Sets how long the names and datatypes of a model's tensors are cached. Default: 5 minutes. They are also looked up again
    /// after the model refuses its input.
    #[must_use]
    pub fn metadata_ttl(mut self, ttl: Duration) -> Self {
        self.metadata_ttl = ttl;
        self
    }

    /// Builds the backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the address is missing, or the address or the key is invalid.
    pub fn build(self) -> Result<KServe, ConfigError> {
        Ok(KServe {
            endpoint: self.settings.build(&KIND)?,
            metadata: MetadataCache::new(self.metadata_ttl),
        })
    }
}

impl fmt::Debug for KServeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KServeBuilder")
            .field("metadata_ttl", &self.metadata_ttl)
            .finish_non_exhaustive()
    }
}
