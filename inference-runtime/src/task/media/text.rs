//! Media as text: base64 and data URLs.

use std::fmt;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;

use super::Media;

/// Browsers and phones pad as they like.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn read(text: &str) -> Result<Media, InvalidMedia> {
    let text = text.trim();
    if text.is_empty() {
        return Err(InvalidMedia("an empty text stands where media should be"));
    }
    if is_address(text) {
        return Err(InvalidMedia(
            "an address stands where media should be, and is not fetched; help: send the bytes, base64 or a data URL",
        ));
    }
    let Some(rest) = strip_scheme(text, "data:") else {
        return decode(text).map(Media::sniffed);
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
    Ok(Media::declared(decode(data)?, Some(media_type)))
}

/// Whether a text is an address on the web.
pub(super) fn is_address(text: &str) -> bool {
    ["http:", "https:"]
        .iter()
        .any(|scheme| strip_scheme(text, scheme).is_some())
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Base64 in either of its alphabets; some encoders break the lines.
pub(super) fn decode(text: &str) -> Result<Bytes, InvalidMedia> {
    let decoded = if text.contains(['\n', '\r', '-', '_']) {
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, '\n' | '\r'))
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect();
        LENIENT.decode(plain)
    } else {
        LENIENT.decode(text)
    };
    decoded
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
