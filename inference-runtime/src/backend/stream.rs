use std::fmt;

use futures_util::stream::BoxStream;

use super::Usage;
use crate::InferenceError;

/// The chunks of a streaming answer. The stream ends after an error; dropping it must cancel the call.
pub type Chunks = BoxStream<'static, Result<Chunk, InferenceError>>;

/// One chunk of a streaming answer.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Chunk {
    /// Text to append; empty in a chunk that carries something else.
    pub text: String,
    /// The model's reasoning before the answer, if the service sends it. It resets the idle timeout and is not part of the text.
    pub reasoning: String,
    /// Why the model stopped, in the last chunk of most services.
    pub finish_reason: Option<String>,
    /// The number of tokens, in the last chunk of some services.
    pub usage: Option<Usage>,
}

impl Chunk {
    /// Creates a chunk of text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Returns whether every field is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.reasoning.is_empty()
            && self.finish_reason.is_none()
            && self.usage.is_none()
    }
}

/// A started streaming answer: its chunks, and their origin.
#[non_exhaustive]
pub struct StreamingResponse {
    /// The chunks.
    pub chunks: Chunks,
    /// The model that answers, if the service reports it.
    pub model: Option<String>,
    /// The provider that answers, where the backend routes to several.
    pub provider: Option<String>,
}

impl StreamingResponse {
    /// Creates a streaming response of unknown origin.
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
