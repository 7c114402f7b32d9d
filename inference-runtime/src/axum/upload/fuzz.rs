//! Fuzz target: uploads.

#![allow(
    clippy::expect_used,
    reason = "a fuzz target reports findings by panicking"
)]

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use futures_util::FutureExt;
use http::{HeaderValue, StatusCode, header};

use super::Upload;
use crate::task::fuzz::assert_round_trips;

/// Reads an upload from a request: a line with its `Content-Type`, then its body.
pub fn uploads(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let media_type = parts.next().unwrap_or_default();
    let body = parts.next().unwrap_or_default();
    let mut request = Request::new(Body::from(body.to_vec()));
    if let Ok(value) = HeaderValue::from_bytes(media_type) {
        request.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    let result = Upload::from_request(request, &())
        .now_or_never()
        .expect("the body is in memory, so the future is ready");
    match result {
        Ok(upload) => {
            assert!(!upload.media.bytes.is_empty(), "an empty file");
            assert!(
                upload
                    .file_name
                    .as_deref()
                    .is_none_or(|name| !name.contains(['/', '\\']))
            );
            assert_round_trips(&upload.media);
        }
        Err(rejection) => assert!(
            [
                StatusCode::BAD_REQUEST,
                StatusCode::PAYLOAD_TOO_LARGE,
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            ]
            .contains(&rejection.status()),
            "{rejection:?}"
        ),
    }
}
