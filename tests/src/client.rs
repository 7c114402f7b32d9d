//! Requests to a router, and what comes back.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// A response, read whole.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Reply {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body of text")
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header, empty where it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// The kind in a problem document.
    #[must_use]
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.json()["kind"].as_str().expect("a kind").to_owned()
    }
}

/// Sends a request through a router, as a server would.
pub async fn send(app: &Router, request: Request<Body>) -> Reply {
    let response = app
        .clone()
        .oneshot(request)
        .await
        .expect("a router is infallible");
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    Reply {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// Posts text.
pub async fn post_text(app: &Router, path: &str, text: &str) -> Reply {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(text.to_owned()));
    send(app, request.expect("a request")).await
}

/// Posts JSON.
pub async fn post_json(app: &Router, path: &str, json: &Value) -> Reply {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json.to_string()));
    send(app, request.expect("a request")).await
}
