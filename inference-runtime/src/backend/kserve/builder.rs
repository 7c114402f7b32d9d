use std::{fmt, time::Duration};

use super::{KServe, metadata::Lookup};
use crate::{
    ConfigError,
    backend::http::{Hints, Kind, Settings, settings},
};

/// How long a model's tensors are taken to be what they were.
const METADATA_TTL: Duration = Duration::from_secs(5 * 60);

pub(super) static KIND: Kind = Kind {
    name: "the KServe v2 server",
    example: "http://127.0.0.1:8080",
    advice: Hints {
        unauthorized: "check the key, and what stands before the server",
        forbidden: "check the key, and what stands before the server",
        payment_required: "look at what stands before the server",
        not_found: "check the model's name and version (`GET /v2/models/NAME`), and that `base_url` is the server's root",
        unsupported: "check what the model takes (`GET /v2/models/NAME`)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Puts a [`KServe`] together.
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

    /// How long to remember what a model's tensors are called and hold. Default: 5 minutes. A model that refuses its
    /// input is looked up again in any case.
    #[must_use]
    pub fn metadata_ttl(mut self, ttl: Duration) -> Self {
        self.metadata_ttl = ttl;
        self
    }

    /// The backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the address is missing, or it or the key cannot be used as they are written.
    pub fn build(self) -> Result<KServe, ConfigError> {
        Ok(KServe {
            reach: self.settings.build(&KIND)?,
            lookup: Lookup::new(self.metadata_ttl),
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
