//! Media in a response: the body itself, or text in its JSON.

use serde_json::Value;

use crate::task::{
    DecodeError, Media, RawResponse,
    media::Class,
    read::{Mismatch, ReadResult},
};

/// The fields in which services return media, the most specific first.
const MEDIA_FIELDS: [&str; 15] = [
    "b64_json",
    "blob",
    "base64",
    "image",
    "images",
    "audio",
    "audio_file",
    "video",
    "videos",
    "data",
    "output",
    "outputs",
    "image_url",
    "video_url",
    "url",
];

/// Decodes media of this class from a response, in any form.
pub(super) fn decode_media(answer: &RawResponse<'_>, class: Class) -> Result<Media, DecodeError> {
    if let Some(media) = raw(answer, class)? {
        return Ok(media);
    }
    Ok(embedded(&answer.json()?, class)?)
}

/// Reads the body as media, unless it is JSON.
pub(in crate::task) fn raw(
    answer: &RawResponse<'_>,
    class: Class,
) -> Result<Option<Media>, DecodeError> {
    let essence = answer
        .media_type
        .and_then(|media_type| media_type.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if answer.body.is_empty() {
        return Err(DecodeError::malformed(format!(
            "expected {}, found an empty body",
            class.article()
        )));
    }
    let media = Media::declared(
        bytes::Bytes::copy_from_slice(answer.body),
        answer.media_type,
    );
    // Some servers label media as JSON, and JSON as bytes: the detected type takes precedence.
    if !media.is_unknown() && class.accepts(&media) {
        return Ok(Some(media));
    }
    let starts = answer.body.trim_ascii_start().first();
    let is_json = essence == "application/json"
        || essence.ends_with("+json")
        || matches!(starts, Some(b'{' | b'[' | b'"'));
    if is_json {
        return Ok(None);
    }
    let opaque = essence.is_empty() || essence == "application/octet-stream";
    if media.is_unknown() && opaque {
        return Ok(Some(media));
    }
    let found = if media.is_unknown() {
        essence
    } else {
        media.media_type.into_owned()
    };
    Err(DecodeError::unexpected(format!(
        "expected {}, found `{found}`",
        class.article()
    )))
}

/// Reads media as base64 or a data URL: a text, the first of a list, or in one of the fields that services use.
pub(in crate::task) fn embedded(value: &Value, class: Class) -> ReadResult<Media> {
    match value {
        Value::String(text) => from_text(text, None, class),
        Value::Array(items) => match items.first() {
            Some(first) => embedded(first, class).map_err(|mismatch| mismatch.at(0)),
            None => Err(Mismatch::expected(class.article(), value)),
        },
        Value::Object(fields) => {
            let found = MEDIA_FIELDS.into_iter().find_map(|name| {
                let value = fields.get(name).filter(|value| !value.is_null())?;
                Some((name, value))
            });
            let Some((name, inner)) = found else {
                return Err(Mismatch::expected(class.article(), value));
            };
            let declared = ["content-type", "content_type", "mime_type"]
                .into_iter()
                .find_map(|name| fields.get(name).and_then(Value::as_str));
            match inner {
                Value::String(text) => from_text(text, declared, class),
                _ => embedded(inner, class),
            }
            .map_err(|mismatch| mismatch.under(name))
        }
        other => Err(Mismatch::expected(class.article(), other)),
    }
}

fn from_text(text: &str, declared: Option<&str>, class: Class) -> ReadResult<Media> {
    let media = Media::from_text(text).map_err(|error| Mismatch::new(error.to_string()))?;
    let media = if media.is_unknown() {
        Media::declared(media.bytes, declared)
    } else {
        media
    };
    if media.bytes.is_empty() || !class.accepts(&media) {
        return Err(Mismatch::new(format!(
            "expected {}, found {media:?}",
            class.article()
        )));
    }
    Ok(media)
}
