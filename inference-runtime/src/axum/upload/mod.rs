//! The upload extractor.

mod form;
#[cfg(feature = "_fuzz")]
pub(crate) mod fuzz;
mod rejection;

use std::ops::Deref;

use axum::{
    extract::{DefaultBodyLimit, FromRequest, Request},
    response::IntoResponse,
};
use bytes::Bytes;
use http::{HeaderMap, header};

use super::extract::from_extensions;
use crate::{
    InferenceError,
    task::{AsMedia, Media, MediaInput},
};

pub use rejection::UploadRejection;

/// The limit of a program without an [`Inference`](crate::Inference).
const MAX_BYTES: usize = 10_000_000;

/// Extracts an image, a sound or a video from a request: the input of a task on media. It derefs to [`Media`].
///
/// In a form (`multipart/form-data`) it is the first file, or the part named `file`; the form's texts are in
/// [`text`](Self::text). A body with the `Content-Type` of an image, a sound or a video, or
/// `application/octet-stream`, is the file itself:
///
/// ```text
/// curl -F photo=@cat.jpg …
/// curl -H 'Content-Type: image/jpeg' --data-binary @cat.jpg …
/// ```
///
/// The media type is detected from the file's first bytes. A file larger than
/// [`max_media_bytes`](crate::InferenceBuilder::max_media_bytes), which the configuration sets as `media.max_size`
/// (default: 10 MB), is rejected with status 413; axum's own `DefaultBodyLimit` does not apply. A request without a file
/// is rejected with 400, and a file that is not an image, a sound or a video with 415. All three responses are
/// `application/problem+json`.
///
/// It consumes the request's body, so it must be the handler's last parameter before `#[prediction]`.
///
/// ```
/// use axum::Json;
/// use inference_runtime::prelude::*;
///
/// async fn size(upload: Upload) -> Json<usize> {
///     Json(upload.bytes.len())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Upload {
    /// The file.
    pub media: Media,
    /// The file's name without folders, if the client sent one.
    pub file_name: Option<String>,
    texts: Vec<(String, String)>,
}

impl Upload {
    /// Returns the text of the form's field with this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, text)| text.as_str())
    }
}

impl Deref for Upload {
    type Target = Media;

    fn deref(&self) -> &Media {
        &self.media
    }
}

impl AsMedia for Upload {
    fn as_media(&self) -> Result<MediaInput, InferenceError> {
        self.media.as_media()
    }
}

impl From<Upload> for Media {
    fn from(upload: Upload) -> Self {
        upload.media
    }
}

impl From<Upload> for MediaInput {
    fn from(upload: Upload) -> Self {
        Self::Media(upload.media)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = UploadRejection;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, UploadRejection> {
        let max = from_extensions(request.extensions())
            .map_or(MAX_BYTES, |inference| inference.media().max_bytes());
        let body = BodyKind::from_headers(request.headers())?;
        let limit = match body {
            BodyKind::Form => max.saturating_add(form::OVERHEAD),
            BodyKind::File(_) => max,
        };
        if content_length(request.headers()).is_some_and(|bytes| bytes > limit) {
            return Err(UploadRejection::too_large(max));
        }
        DefaultBodyLimit::max(limit).apply(&mut request);
        let upload = match body {
            BodyKind::Form => form::read(request, state, max).await?,
            BodyKind::File(media_type) => {
                let bytes = Bytes::from_request(request, state)
                    .await
                    .map_err(|rejection| {
                        UploadRejection::unreadable(rejection.into_response(), max)
                    })?;
                Self {
                    media: Media::declared(bytes, media_type.as_deref()),
                    file_name: None,
                    texts: Vec::new(),
                }
            }
        };
        if upload.media.bytes.is_empty() {
            return Err(UploadRejection::no_file("the file is empty"));
        }
        if !upload.media.may_be_media() {
            return Err(UploadRejection::not_media(&upload.media.media_type));
        }
        Ok(upload)
    }
}

/// The kind of a request's body, by its headers.
enum BodyKind {
    Form,
    File(Option<String>),
}

impl BodyKind {
    fn from_headers(headers: &HeaderMap) -> Result<Self, UploadRejection> {
        let Some(media_type) = headers.get(header::CONTENT_TYPE) else {
            return Ok(Self::File(None));
        };
        let media_type = media_type.to_str().unwrap_or_default().trim();
        let essence = media_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let class = essence.split('/').next().unwrap_or_default();
        match (class, essence.as_str()) {
            (_, "multipart/form-data") => Ok(Self::Form),
            ("image" | "audio" | "video", _) | (_, "application/octet-stream") => {
                Ok(Self::File(Some(media_type.to_owned())))
            }
            _ => Err(UploadRejection::not_an_upload()),
        }
    }
}

/// Returns the declared length of the body.
fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
