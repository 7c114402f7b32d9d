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

pub(crate) use input::url_not_allowed;
pub use input::{AsMedia, MediaInput};
pub(super) use input::{accept_media, media_input};
pub(super) use sniff::Class;
pub use text::InvalidMedia;

/// The media type of bytes in an unknown format.
const UNKNOWN: &str = "application/octet-stream";

/// An image, a sound or a video: bytes and their media type.
///
/// As a response it is the bytes with their `Content-Type`. In JSON it is a data URL
/// ([RFC 2397](https://www.rfc-editor.org/rfc/rfc2397)).
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// The bytes, as in a file.
    pub bytes: Bytes,
    /// The media type (`image/png`).
    pub media_type: Cow<'static, str>,
}

impl Media {
    /// Creates media of this type.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>, media_type: impl Into<Cow<'static, str>>) -> Self {
        Self {
            bytes: bytes.into(),
            media_type: media_type.into(),
        }
    }

    /// Creates media and detects their type from the first bytes; `application/octet-stream` if it is unknown.
    #[must_use]
    pub fn sniffed(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let media_type = infer::get(&bytes).map_or(UNKNOWN, |kind| kind.mime_type());
        Self::new(bytes, media_type)
    }

    /// Creates media of a declared type. The type detected from the bytes takes precedence; a declared type that a browser
    /// might execute is ignored.
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

    /// Creates media with this type, if it is that of an image, a sound or a video without scripts; else with the type of
    /// the bytes.
    pub(super) fn labelled(bytes: impl Into<Bytes>, media_type: &str) -> Self {
        if media_type == UNKNOWN || sniff::is_plain_media(media_type) {
            Self::new(bytes, media_type.to_owned())
        } else {
            Self::sniffed(bytes)
        }
    }

    /// Returns whether reading the data URL of these media gives the same media type.
    pub(super) fn is_as_declared(&self) -> bool {
        let media = Self::declared(self.bytes.clone(), Some(&self.media_type));
        media.media_type == self.media_type
    }

    /// Returns the bytes in base64, without a `data:` prefix.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// Returns the media as a data URL.
    #[must_use]
    pub fn to_data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.to_base64())
    }

    /// Parses base64, or a data URL in base64.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidMedia`] if the text is neither. An `http` URL is not fetched.
    pub fn from_text(text: &str) -> Result<Self, InvalidMedia> {
        text::read(text)
    }

    /// Whether the media type is unknown.
    pub(crate) fn is_unknown(&self) -> bool {
        self.media_type == UNKNOWN
    }

    /// Whether this may be an image, a sound or a video.
    #[cfg(any(feature = "fetch", feature = "upload"))]
    pub(crate) fn may_be_media(&self) -> bool {
        self.is_unknown() || sniff::is_plain_media(&self.media_type)
    }

    /// Returns the media type as a header value.
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
        // Keeps browsers from interpreting media of models and callers as a page.
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
