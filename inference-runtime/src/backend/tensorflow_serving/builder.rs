use std::fmt;

use super::TensorFlowServing;
use crate::{
    ConfigError,
    backend::http::{Hints, Kind, Settings, settings},
};

pub(super) static KIND: Kind = Kind {
    name: "TensorFlow Serving",
    example: "http://127.0.0.1:8501",
    advice: Hints {
        unauthorized: "look at what stands before the server: it knows no keys itself",
        forbidden: "look at what stands before the server: it knows no keys itself",
        payment_required: "look at what stands before the server",
        not_found: "check the model's name, version or label (`GET /v1/models/NAME`), and that `base_url` is the server's root",
        unsupported: "check the model's signatures (`GET /v1/models/NAME/metadata`)",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Puts a [`TensorFlowServing`] together.
#[derive(Default)]
pub struct TensorFlowServingBuilder {
    settings: Settings,
}

impl TensorFlowServingBuilder {
    settings!();

    /// The backend.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the address is missing, or it or the key cannot be used as they are written.
    pub fn build(self) -> Result<TensorFlowServing, ConfigError> {
        Ok(TensorFlowServing {
            reach: self.settings.build(&KIND)?,
        })
    }
}

impl fmt::Debug for TensorFlowServingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TensorFlowServingBuilder")
            .finish_non_exhaustive()
    }
}
