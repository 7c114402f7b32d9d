use std::fmt;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::{ErrorKind, error::problem};

/// Rejection of a request without a valid [`Upload`](super::Upload): an `application/problem+json` document with help for
/// the client.
#[derive(Clone, Debug)]
pub struct UploadRejection {
    status: StatusCode,
    kind: &'static str,
    detail: String,
}

impl UploadRejection {
    /// Returns the status of the response: 400, 413 or 415.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn no_file(message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: ErrorKind::InvalidInput.as_str(),
            detail: format!("{message}; help: send an image, a sound or a video"),
        }
    }

    pub(super) fn too_large(max: usize) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            kind: ErrorKind::InputTooLarge.as_str(),
            detail: format!("the upload is larger than {max} bytes"),
        }
    }

    pub(super) fn not_media(media_type: &str) -> Self {
        Self {
            detail: format!("the file is `{media_type}`; help: send an image, a sound or a video"),
            ..Self::not_an_upload()
        }
    }

    pub(super) fn not_an_upload() -> Self {
        Self {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            kind: "unsupported_media_type",
            detail: "the body is not an upload; help: send a form (`multipart/form-data`) with a file, or the file itself with its media type".to_owned(),
        }
    }

    /// The body could not be read: axum's response says whether it is too large or malformed.
    pub(super) fn unreadable(response: Response, max: usize) -> Self {
        if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::too_large(max);
        }
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: ErrorKind::InvalidInput.as_str(),
            detail: "the upload cannot be read; help: send a whole form (`multipart/form-data`) with its boundary".to_owned(),
        }
    }
}

impl fmt::Display for UploadRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for UploadRejection {}

impl IntoResponse for UploadRejection {
    fn into_response(self) -> Response {
        problem(self.status, self.kind, &self.detail)
    }
}
