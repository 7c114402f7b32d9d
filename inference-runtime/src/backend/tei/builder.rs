use std::{fmt, num::NonZeroUsize};

use super::Tei;
use crate::{
    ConfigError,
    backend::http::{Hints, ServiceKind, Settings, settings},
};

/// The server's default of `--max-client-batch-size`.
const MAX_BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(31);

pub(super) static KIND: ServiceKind = ServiceKind {
    name: "text-embeddings-inference",
    example: "http://127.0.0.1:8080",
    hints: Hints {
        unauthorized: "set the key to the one that the server was started with (`--api-key`)",
        forbidden: "set the key to the one that the server was started with (`--api-key`)",
        payment_required: "check the account of the server's operator",
        not_found: "check `base_url`, and that the server's model supports this task",
        unsupported: "check that the server's model supports this task (`GET /info` describes it)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Builder for [`Tei`].
pub struct TeiBuilder {
    settings: Settings,
    max_batch: NonZeroUsize,
    per_token: bool,
}

impl Default for TeiBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            max_batch: MAX_BATCH,
            per_token: false,
        }
    }
}

impl TeiBuilder {
    settings!();

    /// Sets the maximum number of texts in one call: the server's `--max-client-batch-size`. Default: 32, as the server's.
    #[must_use]
    pub fn max_batch(mut self, texts: NonZeroUsize) -> Self {
        self.max_batch = texts;
        self
    }

    /// Sets whether embeddings are per token (`/embed_all`) instead of per text. Default: `false`.
    #[must_use]
    pub fn per_token(mut self, enabled: bool) -> Self {
        self.per_token = enabled;
        self
    }

    /// Builds the backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the address is missing, or the address or the key is invalid.
    pub fn build(self) -> Result<Tei, ConfigError> {
        Ok(Tei {
            endpoint: self.settings.build(&KIND)?,
            max_batch: self.max_batch.get(),
            per_token: self.per_token,
        })
    }
}

impl fmt::Debug for TeiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeiBuilder")
            .field("max_batch", &self.max_batch)
            .field("per_token", &self.per_token)
            .finish_non_exhaustive()
    }
}
