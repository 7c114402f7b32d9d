//! Problem documents (RFC 9457), which reveal no internals.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::InferenceError;

/// The `Retry-After` of a transient failure if the service specifies none.
const DEFAULT_RETRY_AFTER_SECONDS: u64 = 1;

#[derive(serde::Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    kind: &'static str,
}

/// Returns a response with a problem document.
pub(crate) fn problem(status: StatusCode, kind: &'static str, detail: &str) -> Response {
    let mut response = (status, document(status, kind, detail)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

fn document(status: StatusCode, kind: &'static str, detail: &str) -> String {
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail,
        kind,
    };
    serde_json::to_string(&problem).unwrap_or_default()
}

impl InferenceError {
    /// Returns the problem document alone, for a response whose headers have been sent already.
    pub(crate) fn problem(&self) -> String {
        document(
            self.status(),
            self.kind().as_str(),
            self.kind().public_message(),
        )
    }
}

impl IntoResponse for InferenceError {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = problem(status, self.kind().as_str(), self.kind().public_message());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            // Rounded up to whole seconds, so that a client does not retry too early.
            let wait = self
                .retry_after()
                .map_or(DEFAULT_RETRY_AFTER_SECONDS, |wait| {
                    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
                });
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait.max(1)));
        }
        response
    }
}
