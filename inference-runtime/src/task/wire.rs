use std::{fmt, io};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::Media;
use crate::{ErrorKind, InferenceError};

/// A task's input as it goes to a service.
#[derive(Clone)]
#[non_exhaustive]
pub enum Payload {
    /// JSON, already written: the value of `inputs`.
    Json(Box<RawValue>),
    /// Bytes: the whole of `inputs` is an image, a sound or a video.
    Media(Media),
}

/// Prints no prompt: the form and the size.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(json) => write!(f, "Json({} bytes)", json.get().len()),
            Self::Media(media) => media.fmt(f),
        }
    }
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
        to_raw_value(value).map(Self::Json).map_err(|error| {
            InferenceError::new(
                ErrorKind::InvalidInput,
                "the input cannot be written as JSON",
            )
            .with_source(error)
        })
    }
}

/// A task's parameters as JSON; none where all are left to the model, which is found out without writing them anywhere.
pub(crate) fn parameters<P: Serialize + ?Sized>(
    parameters: &P,
) -> Result<Option<Box<RawValue>>, serde_json::Error> {
    /// What is left of an empty object.
    struct Braces(&'static [u8]);

    impl io::Write for Braces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.strip_prefix(bytes) {
                Some(left) => self.0 = left,
                None => return Err(io::ErrorKind::InvalidData.into()),
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut braces = Braces(b"{}");
    match serde_json::to_writer(&mut braces, parameters) {
        Ok(()) if braces.0.is_empty() => Ok(None),
        _ => to_raw_value(parameters).map(Some),
    }
}

/// The error for what no model could answer.
pub(super) fn invalid(message: impl Into<String>) -> InferenceError {
    InferenceError::new(ErrorKind::InvalidInput, message)
}
