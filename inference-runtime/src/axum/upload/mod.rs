//! A file in a request.

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

use super::extract::find;
use crate::{
    InferenceError,
    task::{AsMedia, Media, MediaInput},
};

pub use rejection::UploadRejection;

/// The limit of a program without an [`Inference`](crate::Inference).
const MAX_BYTES: usize = 10_000_000;

/// An image, a sound or a video that a client sends: the input of a task on media. It derefs to the [`Media`].
///
/// Of a form (`multipart/form-data`) it is the first file, or the part named `file`; the form's texts are in
/// [`text`](Self::text). A body with the `Content-Type` of an image, a sound or a video, or
/// `application/octet-stream`, is the file itself:
///
/// ```text
/// curl -F photo=@cat.jpg …
/// curl -H 'Content-Type: image/jpeg' --data-binary @cat.jpg …
/// ```
///
/// What the file is, its first bytes say. More than
/// [`max_media_bytes`](crate::InferenceBuilder::max_media_bytes), 10 MB unless the configuration says otherwise
/// (`media.max_size`), are refused with status 413; axum's own `DefaultBodyLimit` does not count here. No file is
/// 400, one that is no image, sound or video is 415; all three answer with `application/problem+json`.
///
/// Reading it uses the request's body up, so it is the handler's last parameter before `#[prediction]`.
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
    /// Its name, without folders, where the client gave one.
    pub file_name: Option<String>,
    texts: Vec<(String, String)>,
}

impl Upload {
    /// The text of the form's field of this name.
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
        let max =
            find(request.extensions()).map_or(MAX_BYTES, |inference| inference.media().max_bytes());
        let body = Body::of(request.headers())?;
        let room = match body {
            Body::Form => max.saturating_add(form::OVERHEAD),
            Body::File(_) => max,
        };
        if announced(request.headers()).is_some_and(|bytes| bytes > room) {
            return Err(UploadRejection::too_large(max));
        }
        DefaultBodyLimit::max(room).apply(&mut request);
        let upload = match body {
            Body::Form => form::read(request, state, max).await?,
            Body::File(media_type) => {
                let bytes = Bytes::from_request(request, state)
                    .await
                    .map_err(|rejection| UploadRejection::unread(rejection.into_response(), max))?;
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
            return Err(UploadRejection::no_media(&upload.media.media_type));
        }
        Ok(upload)
    }
}

/// What a request's body is, by its headers.
enum Body {
    Form,
    File(Option<String>),
}

impl Body {
    fn of(headers: &HeaderMap) -> Result<Self, UploadRejection> {
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
            _ => Err(UploadRejection::no_upload()),
        }
    }
}

/// How long the body says it is.
fn announced(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
