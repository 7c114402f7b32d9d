//! What services send, as far as it is read alike for all of them.

#![allow(clippy::expect_used, reason = "a broken promise is what is looked for")]

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use secrecy::SecretString;
use tokio::runtime::{Builder, Runtime};

use super::{
    Credential, Hints,
    error::{Failures, UpstreamError},
    headers::ResponseMeta,
};
use crate::{
    ErrorKind, InferenceError,
    backend::{Chunk, openai_wire},
};

const SECRET: &str = "hf_abcdefghijklmnop";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

static ADVICE: Hints = Hints {
    unauthorized: "",
    forbidden: "",
    payment_required: "",
    not_found: "",
    unsupported: "",
    base_url: "",
    max_response: "",
};

thread_local! {
    /// What waits for the end of a stream needs a clock, if only to find out that it need not wait.
    static CLOCK: Runtime = Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
}

/// An answer that is an error: a line with the status, lines with headers, an empty line, and the body.
pub fn error_answers(bytes: &[u8]) {
    let (status, headers, body) = response(bytes);
    let credential = Credential::bearer(&SecretString::from(SECRET)).expect("it can be sent");
    let failures = Failures {
        advice: &ADVICE,
        credential: &credential,
    };
    let facts = ResponseMeta::read(&headers, &credential);
    let said = UpstreamError::read(body, &headers);
    let mut errors = vec![
        failures.refused(status, &said, facts.clone(), &headers),
        failures.html(&said, facts.clone()),
        failures.no_stream(&said, facts.clone()),
    ];
    if let Some(said) = UpstreamError::in_success(body) {
        errors.push(failures.refused(status, &said, facts, &headers));
    }
    for error in errors {
        assert!(
            error.retry_after().is_none_or(|wait| wait <= DAY),
            "{error:?}"
        );
        assert!(
            !format!("{error} {error:?}").contains(SECRET),
            "the secret is told"
        );
    }
}

/// The body of a stream: its pieces are the same wherever the network cuts it.
pub fn event_streams(bytes: &[u8]) {
    let whole = pieces(bytes, bytes.len());
    for size in [1, 7] {
        assert_eq!(pieces(bytes, size), whole, "cut every {size} bytes");
    }
}

/// The pieces, and how it ended, of a body that comes so many bytes at a time.
fn pieces(body: &[u8], at_a_time: usize) -> (Vec<Chunk>, Option<ErrorKind>) {
    let cut: Vec<_> = body
        .chunks(at_a_time.max(1))
        .map(|part| Ok(Bytes::copy_from_slice(part)))
        .collect();
    let refuse = |status: StatusCode, _: &str| {
        InferenceError::new(ErrorKind::ServiceFailed, "by the stream").with_upstream_status(status)
    };
    let pieces = openai_wire::chunks(stream::iter(cut), refuse).collect::<Vec<_>>();
    let read = CLOCK.with(|clock| clock.block_on(pieces));
    let mut chunks = Vec::new();
    let mut failure = None;
    for piece in read {
        assert_eq!(failure, None, "a stream goes on after its error");
        match piece {
            Ok(chunk) => chunks.push(chunk),
            Err(error) => failure = Some(error.kind()),
        }
    }
    (chunks, failure)
}

/// Takes bytes apart as a response; where there is no status it is 500.
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
