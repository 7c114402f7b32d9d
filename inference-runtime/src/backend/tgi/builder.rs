use std::fmt;

use super::Tgi;
use crate::{
    ConfigError,
    backend::http::{Hints, Kind, Settings, settings},
};

pub(super) static KIND: Kind = Kind {
    name: "text-generation-inference",
    example: "http://127.0.0.1:3000",
    advice: Hints {
        unauthorized: "set the key to the one that the server was started with (`--api-key`)",
        forbidden: "set the key to the one that the server was started with (`--api-key`)",
        payment_required: "look at the account of who runs the server",
        not_found: "check `base_url`: it is the server's root, without `/generate` or `/v1`",
        unsupported: "check that the server's model can do this (`GET /info` says what it is)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Puts a [`Tgi`] together.
#[derive(Default)]
pub struct TgiBuilder {
    settings: Settings,
}

impl TgiBuilder {
    settings!();

    /// The backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the address is missing, or it or the key cannot be used as they are written.
    pub fn build(self) -> Result<Tgi, ConfigError> {
        Ok(Tgi {
            reach: self.settings.build(&KIND)?,
        })
    }
}

impl fmt::Debug for TgiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TgiBuilder").finish_non_exhaustive()
    }
}
