//! Writes a file and fields as `multipart/form-data` ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)).

use bytes::Bytes;
use http::HeaderValue;
use serde_json::Value;

use super::body::{Body, Members};
use crate::task::Media;

/// Returns a file extension: servers detect the format by the file's name.
fn extension(media_type: &str) -> &'static str {
    match media_type {
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/mp4" => "mp4",
        "audio/m4a" | "audio/x-m4a" => "m4a",
        "audio/flac" | "audio/x-flac" => "flac",
        "audio/ogg" => "ogg",
        "audio/webm" | "video/webm" => "webm",
        _ => "wav",
    }
}

/// Writes the form. Fields that are not text are written as JSON.
pub(super) fn write(file: &Media, fields: &Members) -> Body {
    // A file cannot contain its own hash.
    let boundary = blake3::hash(&file.bytes).to_hex();
    let boundary = &boundary[..32];
    let mut form = Vec::with_capacity(file.bytes.len() + 512);
    form.extend_from_slice(
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"audio.{}\"\r\nContent-Type: {}\r\n\r\n",
            extension(&file.media_type),
            file.media_type
        )
        .as_bytes(),
    );
    form.extend_from_slice(&file.bytes);
    for (name, value) in fields {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        form.extend_from_slice(
            format!(
                "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}"
            )
            .as_bytes(),
        );
    }
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .unwrap_or(HeaderValue::from_static("multipart/form-data"));
    Body {
        bytes: Bytes::from(form),
        content_type,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::write;
    use crate::task::Media;

    #[test]
    fn the_form_is_written_as_in_the_standard() {
        let fields =
            json!({"model": "m", "return_timestamps": true, "generation_parameters": {"a": 1}});
        let body = write(
            &Media::new("sound", "audio/mpeg"),
            fields.as_object().expect("fields"),
        );
        let content_type = body.content_type.to_str().expect("text");
        let (_, boundary) = content_type.split_once("boundary=").expect("a boundary");
        let text = std::str::from_utf8(&body.bytes).expect("text");
        let parts: Vec<_> = text.split(&format!("--{boundary}")).collect();
        assert_eq!(parts.len(), 6, "{text}");
        assert_eq!((parts[0], parts[5]), ("", "--\r\n"));
        assert_eq!(
            parts[1],
            "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"audio.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nsound\r\n"
        );
        for (name, value) in [
            ("model", "m"),
            ("return_timestamps", "true"),
            ("generation_parameters", r#"{"a":1}"#),
        ] {
            let part =
                format!("\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            assert!(parts.contains(&part.as_str()), "{text}");
        }
    }
}
