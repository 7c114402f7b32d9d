use std::fmt;

use futures_util::stream::BoxStream;

use super::Usage;
use crate::InferenceError;

/// The pieces of an answer, as they come. It ends after an error. Dropping it must end the call.
pub type Chunks = BoxStream<'static, Result<Chunk, InferenceError>>;

/// One piece of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Chunk {
    /// Text to add; may be empty in a piece that brings something else.
    pub text: String,
    /// What the model thinks before it answers, where the service tells: a sign of life, and no part of the text.
    pub reasoning: String,
    /// Why the model stopped, in the last piece of most services.
    pub finish_reason: Option<String>,
    /// What was counted, in the last piece of some services.
    pub usage: Option<Usage>,
}

impl Chunk {
    /// A piece of text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Whether it brings nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.reasoning.is_empty()
            && self.finish_reason.is_none()
            && self.usage.is_none()
    }
}

/// An answer that has begun: its pieces, and where they come from.
#[non_exhaustive]
pub struct StreamingResponse {
    /// The pieces.
    pub chunks: Chunks,
    /// The model that answers, where the service says so.
    pub model: Option<String>,
    /// The provider that answers, where the backend routes to several.
    pub provider: Option<String>,
}

impl StreamingResponse {
    /// These pieces, of unknown origin.
    #[must_use]
    pub fn new(chunks: Chunks) -> Self {
        Self {
            chunks,
            model: None,
            provider: None,
        }
    }
}

impl fmt::Debug for StreamingResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse")
            .field("model", &self.model)
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}
