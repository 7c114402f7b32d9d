//! Multipart forms with files ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)).

use bytes::Bytes;

use crate::task::Media;

/// A multipart form.
pub(crate) struct Form(Vec<Part>);

struct Part {
    head: String,
    body: Bytes,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a text field.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.0.push(Part {
            head: format!(
                "content-disposition: form-data; name=\"{}\"\r\n",
                quoted(name)
            ),
            body: text.to_owned().into(),
        });
    }

    /// Adds a file. Some servers detect its format by the name.
    pub(crate) fn file(&mut self, name: &str, media: &Media) {
        let media_type = quoted(&media.media_type);
        self.0.push(Part {
            head: format!(
                "content-disposition: form-data; name=\"{}\"; filename=\"file.{}\"\r\ncontent-type: {media_type}\r\n",
                quoted(name),
                extension(&media.media_type),
            ),
            body: media.bytes.clone(),
        });
    }

    /// Returns the media type with the boundary, and the body.
    pub(crate) fn write(self) -> (String, Vec<u8>) {
        let boundary = self.boundary();
        let length: usize = self
            .0
            .iter()
            .map(|part| part.head.len() + part.body.len() + boundary.len() + 10)
            .sum();
        let mut body = Vec::with_capacity(length + boundary.len() + 8);
        for part in &self.0 {
            body.extend_from_slice(format!("--{boundary}\r\n{}\r\n", part.head).as_bytes());
            body.extend_from_slice(&part.body);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={boundary}"), body)
    }

    /// Returns a boundary that occurs in no part: it is the hash of all parts.
    fn boundary(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for part in &self.0 {
            hash.update(part.head.as_bytes()).update(&part.body);
        }
        let hash = hash.finalize().to_hex();
        format!("form-{}", &hash.as_str()[..40])
    }
}

/// Escapes line ends and quotes, which would end the header.
fn quoted(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Returns the file extension of a media type.
fn extension(media_type: &str) -> &str {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    match essence {
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/mp4" | "audio/x-m4a" | "audio/m4a" => "m4a",
        "audio/flac" | "audio/x-flac" => "flac",
        "audio/ogg" | "audio/opus" => "ogg",
        "audio/webm" | "video/webm" => "webm",
        "video/mp4" => "mp4",
        _ => "wav",
    }
}

#[cfg(test)]
mod tests {
    use super::Form;
    use crate::task::Media;

    #[test]
    fn the_form_is_written_as_in_the_standard() {
        let mut form = Form::new();
        form.file("file", &Media::new("bytes", "audio/mpeg"));
        form.text("mo\"del", "two\r\nlines");
        let (media_type, body) = form.write();
        let boundary = media_type
            .strip_prefix("multipart/form-data; boundary=")
            .expect("a boundary");
        assert_eq!(
            String::from_utf8(body).expect("text"),
            format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"file.mp3\"\r\n\
                 content-type: audio/mpeg\r\n\r\nbytes\r\n\
                 --{boundary}\r\ncontent-disposition: form-data; name=\"mo%22del\"\r\n\r\ntwo\r\nlines\r\n\
                 --{boundary}--\r\n"
            )
        );
    }
}
