//! Media as text: base64 and data URLs.

use std::fmt;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;

use super::Media;

/// Accepts any padding, since clients differ.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn read(text: &str) -> Result<Media, InvalidMedia> {
    let text = text.trim();
    if text.is_empty() {
        return Err(InvalidMedia("expected media, found an empty text"));
    }
    if is_url(text) {
        return Err(InvalidMedia(
            "expected media, found a URL, which is not fetched; help: send the bytes, base64 or a data URL",
        ));
    }
    let Some(rest) = strip_scheme(text, "data:") else {
        return decode(text).map(Media::sniffed);
    };
    let Some((head, data)) = rest.split_once(',') else {
        return Err(InvalidMedia(
            "expected media, found a data URL without a comma; help: write `data:image/png;base64,…`",
        ));
    };
    let Some(media_type) = head.strip_suffix(";base64") else {
        return Err(InvalidMedia(
            "expected media, found a data URL that is not base64; help: write `data:image/png;base64,…`",
        ));
    };
    Ok(Media::declared(decode(data)?, Some(media_type)))
}

/// Whether a text is an `http` or `https` URL.
pub(super) fn is_url(text: &str) -> bool {
    ["http:", "https:"]
        .iter()
        .any(|scheme| strip_scheme(text, scheme).is_some())
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Decodes base64 in either alphabet, with or without line breaks.
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
    decoded.map(Bytes::from).map_err(|_| {
        InvalidMedia(
            "expected media, found a text that is not base64; help: send base64 or a data URL",
        )
    })
}

/// The error of a text that does not contain media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidMedia(&'static str);

impl fmt::Display for InvalidMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidMedia {}
