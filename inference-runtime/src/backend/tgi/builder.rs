use std::fmt;

use super::Tgi;
use crate::{
    ConfigError,
    backend::http::{Hints, ServiceKind, Settings, settings},
};

pub(super) static KIND: ServiceKind = ServiceKind {
    name: "text-generation-inference",
    example: "http://127.0.0.1:3000",
    hints: Hints {
        unauthorized: "set the key to the one that the server was started with (`--api-key`)",
        forbidden: "set the key to the one that the server was started with (`--api-key`)",
        payment_required: "check the account of the server's operator",
        not_found: "check `base_url`: it is the server's root, without `/generate` or `/v1`",
        unsupported: "check that the server's model supports this task (`GET /info` describes it)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Builder for [`Tgi`].
#[derive(Default)]
pub struct TgiBuilder {
    settings: Settings,
}

impl TgiBuilder {
    settings!();

    /// Builds the backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the address is missing, or the address or the key is invalid.
    pub fn build(self) -> Result<Tgi, ConfigError> {
        Ok(Tgi {
            endpoint: self.settings.build(&KIND)?,
        })
    }
}

impl fmt::Debug for TgiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TgiBuilder").finish_non_exhaustive()
    }
}
