use std::fmt;

use super::OpenAi;
use crate::{
    ConfigError,
    backend::http::{Hints, Kind, Settings, settings},
};

/// A voice that OpenAI's models have, and those that stand in for them.
const VOICE: &str = "alloy";

pub(super) static KIND: Kind = Kind {
    name: "the OpenAI-compatible server",
    example: "http://127.0.0.1:8000/v1",
    advice: Hints {
        unauthorized: "check the key, and that `base_url` is of the service that the key is for",
        forbidden: "check what the key is allowed to do",
        payment_required: "look at the account that the key belongs to",
        not_found: "check the model's name against `GET /v1/models`, and `base_url`: most servers want `/v1` at its end",
        unsupported: "check that the server has this route and the model this ability",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Puts an [`OpenAi`] together.
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

    /// Asks for embeddings in base64 and not as JSON numbers: smaller, and exact to the last bit, but not every server
    /// can do it. Default: no.
    #[must_use]
    pub fn base64_embeddings(mut self, yes: bool) -> Self {
        self.base64_embeddings = yes;
        self
    }

    /// Whose voice `text-to-speech` has, which OpenAI's protocol requires to be named. Default: `alloy`.
    #[must_use]
    pub fn voice(mut self, voice: impl Into<String>) -> Self {
        self.voice = voice.into();
        self
    }

    /// The backend. Without a key it asks without one, as servers of one's own take it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the address is missing, or it or the key cannot be used as they are written.
    pub fn build(self) -> Result<OpenAi, ConfigError> {
        Ok(OpenAi {
            reach: self.settings.build(&KIND)?,
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
