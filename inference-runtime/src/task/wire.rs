use std::{fmt, io};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::Media;
use crate::{ErrorKind, InferenceError};

/// An encoded input.
#[derive(Clone)]
#[non_exhaustive]
pub enum Payload {
    /// JSON, already serialized: the value of `inputs`.
    Json(Box<RawValue>),
    /// Bytes, if the whole input is an image, a sound or a video.
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
    /// Returns the size of the JSON or of the media in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Json(json) => json.get().len(),
            Self::Media(media) => media.bytes.len(),
        }
    }

    /// Serializes a value as JSON.
    ///
    /// # Errors
    ///
    /// Returns an [`InvalidInput`](ErrorKind::InvalidInput) error if the value does not serialize to JSON (a map whose keys
    /// are not text, for example).
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, InferenceError> {
        to_raw_value(value).map(Self::Json).map_err(|error| {
            InferenceError::new(
                ErrorKind::InvalidInput,
                "cannot serialize the input as JSON",
            )
            .with_source(error)
        })
    }
}

/// Serializes a task's parameters; `None` if none are given, which is determined without allocating.
pub(crate) fn parameters<P: Serialize + ?Sized>(
    parameters: &P,
) -> Result<Option<Box<RawValue>>, serde_json::Error> {
    /// Compares the output with `{}`: holds the bytes that are still expected.
    struct Braces(&'static [u8]);

    impl io::Write for Braces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.strip_prefix(bytes) {
                Some(rest) => self.0 = rest,
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

/// Creates an error for invalid input.
pub(super) fn invalid(message: impl Into<String>) -> InferenceError {
    InferenceError::new(ErrorKind::InvalidInput, message)
}
