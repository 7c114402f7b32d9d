use std::fmt;

use super::TensorFlowServing;
use crate::{
    ConfigError,
    backend::http::{Hints, ServiceKind, Settings, settings},
};

pub(super) static KIND: ServiceKind = ServiceKind {
    name: "TensorFlow Serving",
    example: "http://127.0.0.1:8501",
    hints: Hints {
        unauthorized: "check the proxies in front of the server: it has no keys itself",
        forbidden: "check the proxies in front of the server: it has no keys itself",
        payment_required: "check the proxies in front of the server",
        not_found: "check the model's name, version or label (`GET /v1/models/NAME`), and that `base_url` is the server's root",
        unsupported: "check the model's signatures (`GET /v1/models/NAME/metadata`)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Builder for [`TensorFlowServing`].
#[derive(Default)]
pub struct TensorFlowServingBuilder {
    settings: Settings,
}

impl TensorFlowServingBuilder {
    settings!();

    /// Builds the backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the address is missing, or the address or the key is invalid.
    pub fn build(self) -> Result<TensorFlowServing, ConfigError> {
        Ok(TensorFlowServing {
            endpoint: self.settings.build(&KIND)?,
        })
    }
}

impl fmt::Debug for TensorFlowServingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TensorFlowServingBuilder")
            .finish_non_exhaustive()
    }
}
