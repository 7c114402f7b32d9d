//! Images, sounds and videos.

mod input;
#[cfg(test)]
pub(super) mod samples;
mod sniff;
#[cfg(test)]
mod tests;
mod text;

use std::{borrow::Cow, fmt};

use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, header};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

pub(crate) use input::not_fetched;
pub use input::{AsMedia, MediaInput};
pub(super) use input::{accept_media, media_input};
pub(super) use sniff::Class;
pub use text::InvalidMedia;

/// What bytes are that show no sign of a format.
const UNKNOWN: &str = "application/octet-stream";

/// An image, a sound or a video: bytes and their media type.
///
/// As a response it is itself, with its `Content-Type`. In JSON it is a data URL
/// ([RFC 2397](https://www.rfc-editor.org/rfc/rfc2397)).
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// The bytes, as in a file.
    pub bytes: Bytes,
    /// The media type (`image/png`).
    pub media_type: Cow<'static, str>,
}

impl Media {
    /// Bytes of this media type.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>, media_type: impl Into<Cow<'static, str>>) -> Self {
        Self {
            bytes: bytes.into(),
            media_type: media_type.into(),
        }
    }

    /// Bytes whose first few say what they are; `application/octet-stream` where they do not.
    #[must_use]
    pub fn sniffed(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let media_type = infer::get(&bytes).map_or(UNKNOWN, |kind| kind.mime_type());
        Self::new(bytes, media_type)
    }

    /// Bytes that somebody says are of this media type. The bytes are believed first; of what their sender says,
    /// nothing counts that a browser might run.
    #[must_use]
    pub fn declared(bytes: impl Into<Bytes>, media_type: Option<&str>) -> Self {
        let media = Self::sniffed(bytes);
        match media_type {
            Some(declared) if media.is_unknown() && sniff::is_plain_media(declared) => {
                Self::new(media.bytes, sniff::without_commas(declared).to_owned())
            }
            _ => media,
        }
    }

    /// Bytes with this media type, if it is that of an image, a sound or a video without scripts; else with the type
    /// that the bytes have by themselves.
    pub(super) fn labelled(bytes: impl Into<Bytes>, media_type: &str) -> Self {
        if media_type == UNKNOWN || sniff::is_plain_media(media_type) {
            Self::new(bytes, media_type.to_owned())
        } else {
            Self::sniffed(bytes)
        }
    }

    /// Whether reading the data URL of these media gives the same media type.
    pub(super) fn is_as_declared(&self) -> bool {
        let media = Self::declared(self.bytes.clone(), Some(&self.media_type));
        media.media_type == self.media_type
    }

    /// The bytes in base64, without `data:` before it.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// The bytes as a data URL.
    #[must_use]
    pub fn to_data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.to_base64())
    }

    /// Reads base64, or a data URL of base64.
    ///
    /// # Errors
    ///
    /// [`InvalidMedia`] where the text is neither. An `http` address is not fetched.
    pub fn from_text(text: &str) -> Result<Self, InvalidMedia> {
        text::read(text)
    }

    /// Whether neither the bytes nor their sender say what they are.
    pub(crate) fn is_unknown(&self) -> bool {
        self.media_type == UNKNOWN
    }

    /// Whether it is, or may be, an image, a sound or a video.
    #[cfg(any(feature = "fetch", feature = "upload"))]
    pub(crate) fn may_be_media(&self) -> bool {
        self.is_unknown() || sniff::is_plain_media(&self.media_type)
    }

    /// The media type as a header.
    pub(crate) fn content_type(&self) -> HeaderValue {
        HeaderValue::from_str(&self.media_type).unwrap_or(HeaderValue::from_static(UNKNOWN))
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Media({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

impl From<Media> for Bytes {
    fn from(media: Media) -> Self {
        media.bytes
    }
}

impl IntoResponse for Media {
    fn into_response(self) -> Response {
        // A browser is not to look for a page in what a model or a caller has sent.
        const NO_SNIFFING: HeaderValue = HeaderValue::from_static("nosniff");
        let headers = [
            (header::CONTENT_TYPE, self.content_type()),
            (header::X_CONTENT_TYPE_OPTIONS, NO_SNIFFING),
        ];
        (headers, self.bytes).into_response()
    }
}

impl Serialize for Media {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_data_url())
    }
}

impl<'de> Deserialize<'de> for Media {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).map_err(D::Error::custom)
    }
}
