use std::{fmt, num::NonZeroUsize};

use super::Tei;
use crate::{
    ConfigError,
    backend::http::{Hints, Kind, Settings, settings},
};

/// What the server takes at once unless it was started with another `--max-client-batch-size`.
const MAX_BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(31);

pub(super) static KIND: Kind = Kind {
    name: "text-embeddings-inference",
    example: "http://127.0.0.1:8080",
    advice: Hints {
        unauthorized: "set the key to the one that the server was started with (`--api-key`)",
        forbidden: "set the key to the one that the server was started with (`--api-key`)",
        payment_required: "look at the account of who runs the server",
        not_found: "check `base_url`, and that the server's model does this task",
        unsupported: "check that the server's model does this task (`GET /info` says what it is)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Puts a [`Tei`] together.
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

    /// The most texts that are sent at once: the server's `--max-client-batch-size`. Default: 32, as the server's.
    #[must_use]
    pub fn max_batch(mut self, texts: NonZeroUsize) -> Self {
        self.max_batch = texts;
        self
    }

    /// Asks for the vector of each token (`/embed_all`) and not for that of the text. Default: no.
    #[must_use]
    pub fn per_token(mut self, yes: bool) -> Self {
        self.per_token = yes;
        self
    }

    /// The backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the address is missing, or it or the key cannot be used as they are written.
    pub fn build(self) -> Result<Tei, ConfigError> {
        Ok(Tei {
            reach: self.settings.build(&KIND)?,
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
