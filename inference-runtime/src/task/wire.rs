use serde::Serialize;
use serde_json::value::RawValue;

use super::Media;
use crate::{ErrorKind, InferenceError};

/// A task's input as it goes to a service.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Payload {
    /// JSON, already written: the value of `inputs`.
    Json(Box<RawValue>),
    /// Bytes: the whole of `inputs` is an image, a sound or a video.
    Media(Media),
}

impl Payload {
    /// The size in bytes: of the JSON, or of the media.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Json(json) => json.get().len(),
            Self::Media(media) => media.bytes.len(),
        }
    }

    /// Writes a value as JSON.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) where the value has no JSON form (a map with keys that are not
    /// text, say).
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, InferenceError> {
        serde_json::value::to_raw_value(value)
            .map(Self::Json)
            .map_err(|error| {
                InferenceError::new(
                    ErrorKind::InvalidInput,
                    "the input cannot be written as JSON",
                )
                .with_source(error)
            })
    }
}

/// The error for what no model could answer.
pub(super) fn invalid(message: impl Into<String>) -> InferenceError {
    InferenceError::new(ErrorKind::InvalidInput, message)
}
