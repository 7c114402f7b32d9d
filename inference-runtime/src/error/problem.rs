//! What a client sees: RFC 9457, and nothing of ours.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use super::InferenceError;

/// Overload and an unreachable service pass; without a better word from upstream a client may try again soon.
const DEFAULT_RETRY_AFTER_SECONDS: u64 = 1;

#[derive(serde::Serialize)]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
    kind: &'static str,
}

impl IntoResponse for InferenceError {
    fn into_response(self) -> Response {
        let status = self.status();
        let problem = Problem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.kind().for_clients(),
            kind: self.kind().as_str(),
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == http::StatusCode::SERVICE_UNAVAILABLE {
            // Whole seconds, rounded up: a client that comes back a moment early is turned away again.
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
