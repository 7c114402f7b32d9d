use std::fmt;

use super::OpenAi;
use crate::{
    ConfigError,
    backend::http::{Hints, ServiceKind, Settings, settings},
};

/// A voice of OpenAI's models, which compatible servers have too.
const VOICE: &str = "alloy";

pub(super) static KIND: ServiceKind = ServiceKind {
    name: "the OpenAI-compatible server",
    example: "http://127.0.0.1:8000/v1",
    hints: Hints {
        unauthorized: "check the key, and that `base_url` is of the service that the key is for",
        forbidden: "check the permissions of the key",
        payment_required: "check the account of the key",
        not_found: "check the model's name against `GET /v1/models`, and `base_url`: most servers expect `/v1` at its end",
        unsupported: "check that the server has this route, and that the model supports the task",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Builder for [`OpenAi`].
pub struct OpenAiBuilder {
    settings: Settings,
    base64_embeddings: bool,
    voice: String,
}

impl Default for OpenAiBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            base64_embeddings: false,
            voice: VOICE.to_owned(),
        }
    }
}

impl OpenAiBuilder {
    settings!();

    /// Sets whether embeddings are requested in base64 instead of JSON numbers: smaller, and exact to the last bit, but not
    /// supported by every server. Default: `false`.
    #[must_use]
    pub fn base64_embeddings(mut self, enabled: bool) -> Self {
        self.base64_embeddings = enabled;
        self
    }

    /// Sets the voice of `text-to-speech`, which OpenAI's protocol requires. Default: `alloy`.
    #[must_use]
    pub fn voice(mut self, voice: impl Into<String>) -> Self {
        self.voice = voice.into();
        self
    }

    /// Builds the backend. Without a key it sends no credentials.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the address is missing, or the address or the key is invalid.
    pub fn build(self) -> Result<OpenAi, ConfigError> {
        Ok(OpenAi {
            endpoint: self.settings.build(&KIND)?,
            base64_embeddings: self.base64_embeddings,
            voice: self.voice,
        })
    }
}

impl fmt::Debug for OpenAiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiBuilder")
            .field("base64_embeddings", &self.base64_embeddings)
            .field("voice", &self.voice)
            .finish_non_exhaustive()
    }
}
