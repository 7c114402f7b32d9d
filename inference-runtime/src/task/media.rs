use std::{borrow::Cow, fmt};

use axum::response::{IntoResponse, Response};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use bytes::Bytes;
use http::{HeaderValue, header};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// What bytes are that show no sign of a format.
const UNKNOWN: &str = "application/octet-stream";

/// Browsers and phones pad as they like.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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
        let text = text.trim();
        let Some(rest) = strip_scheme(text, "data:") else {
            if strip_scheme(text, "http://")
                .or(strip_scheme(text, "https://"))
                .is_some()
            {
                return Err(InvalidMedia(
                    "an address stands where media should be, and is not fetched; help: send the bytes, base64 or a data URL",
                ));
            }
            return decode(text).map(Self::sniffed);
        };
        let Some((head, data)) = rest.split_once(',') else {
            return Err(InvalidMedia(
                "a data URL without a comma; help: write `data:image/png;base64,…`",
            ));
        };
        let Some(media_type) = head.strip_suffix(";base64") else {
            return Err(InvalidMedia(
                "a data URL that is not base64; help: write `data:image/png;base64,…`",
            ));
        };
        let media = Self::sniffed(decode(data)?);
        // What the bytes say is believed before what their sender says of them.
        if media.media_type != UNKNOWN || media_type.is_empty() {
            return Ok(media);
        }
        if HeaderValue::from_str(media_type).is_err() || !media_type.contains('/') {
            return Err(InvalidMedia("a data URL whose media type is none"));
        }
        Ok(Self::new(media.bytes, media_type.to_owned()))
    }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn decode(text: &str) -> Result<Bytes, InvalidMedia> {
    LENIENT
        .decode(text)
        .map(Bytes::from)
        .map_err(|_| InvalidMedia("a text that is not base64; help: send base64 or a data URL"))
}

/// A text that holds no media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidMedia(&'static str);

impl fmt::Display for InvalidMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidMedia {}

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
        let media_type =
            HeaderValue::from_str(&self.media_type).unwrap_or(HeaderValue::from_static(UNKNOWN));
        ([(header::CONTENT_TYPE, media_type)], self.bytes).into_response()
    }
}

impl Serialize for Media {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_data_url())
    }
}

impl<'de> Deserialize<'de> for Media {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::from_text(&text).map_err(D::Error::custom)
    }
}
