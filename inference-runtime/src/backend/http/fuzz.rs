//! Fuzz targets for the responses of services, as far as all backends read them alike.

#![allow(
    clippy::expect_used,
    reason = "a panic is how a fuzz target reports a failure"
)]

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use secrecy::SecretString;
use tokio::runtime::{Builder, Runtime};

use super::{
    Credential, Hints,
    error::{ErrorContext, UpstreamError},
    headers::ResponseMeta,
};
use crate::{
    ErrorKind, InferenceError,
    backend::{Chunk, openai_wire},
};

const SECRET: &str = "hf_abcdefghijklmnop";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

static HINTS: Hints = Hints {
    unauthorized: "",
    forbidden: "",
    payment_required: "",
    not_found: "",
    unsupported: "",
    base_url: "",
    max_response: "",
};

thread_local! {
    /// Waiting for the end of a stream needs a timer, even if it never fires.
    static CLOCK: Runtime = Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
}

/// Fuzzes error responses: a line with the status, lines with headers, an empty line, and the body.
pub fn error_answers(bytes: &[u8]) {
    let (status, headers, body) = response(bytes);
    let credential = Credential::bearer(&SecretString::from(SECRET)).expect("a valid secret");
    let error_context = ErrorContext {
        hints: &HINTS,
        credential: &credential,
    };
    let meta = ResponseMeta::read(&headers, &credential);
    let upstream = UpstreamError::from_body(body, &headers);
    let mut errors = vec![
        error_context.error_response(status, &upstream, meta.clone(), &headers),
        error_context.html_page(&upstream, meta.clone()),
        error_context.not_a_stream(&upstream, meta.clone()),
    ];
    if let Some(upstream) = UpstreamError::in_success(body) {
        errors.push(error_context.error_response(status, &upstream, meta, &headers));
    }
    for error in errors {
        assert!(
            error.retry_after().is_none_or(|wait| wait <= DAY),
            "{error:?}"
        );
        assert!(
            !format!("{error} {error:?}").contains(SECRET),
            "the error contains the secret"
        );
    }
}

/// Fuzzes the body of a stream: its chunks are the same wherever the network cuts it.
pub fn event_streams(bytes: &[u8]) {
    let uncut = read_chunks(bytes, bytes.len());
    for size in [1, 7] {
        assert_eq!(read_chunks(bytes, size), uncut, "cut every {size} bytes");
    }
}

/// Returns the chunks of a body that arrives in parts of this size, and the error at its end.
fn read_chunks(body: &[u8], part_size: usize) -> (Vec<Chunk>, Option<ErrorKind>) {
    let cut: Vec<_> = body
        .chunks(part_size.max(1))
        .map(|part| Ok(Bytes::copy_from_slice(part)))
        .collect();
    let make_error = |status: StatusCode, _: &str| {
        InferenceError::new(ErrorKind::ServiceFailed, "by the stream").with_upstream_status(status)
    };
    let stream = openai_wire::chunks(stream::iter(cut), make_error).collect::<Vec<_>>();
    let read = CLOCK.with(|clock| clock.block_on(stream));
    let mut chunks = Vec::new();
    let mut failure = None;
    for item in read {
        assert_eq!(failure, None, "a stream goes on after its error");
        match item {
            Ok(chunk) => chunks.push(chunk),
            Err(error) => failure = Some(error.kind()),
        }
    }
    (chunks, failure)
}

/// Splits bytes into the parts of a response; the status is 500 if there is none.
fn response(bytes: &[u8]) -> (StatusCode, HeaderMap, &[u8]) {
    let (mut line, mut rest) = line(bytes);
    let status = std::str::from_utf8(line)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .and_then(|code| StatusCode::from_u16(code).ok())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    loop {
        (line, rest) = self::line(rest);
        if line.is_empty() {
            return (status, headers, rest);
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts
            .next()
            .and_then(|name| HeaderName::from_bytes(name).ok());
        let value = parts.next().map(<[u8]>::trim_ascii);
        let value = value.and_then(|value| HeaderValue::from_bytes(value).ok());
        if let Some((name, value)) = name.zip(value) {
            headers.append(name, value);
        }
    }
}

fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}
