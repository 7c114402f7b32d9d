//! Sends requests to a router and reads the responses.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// A response whose body has been read completely.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// Returns the body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body should be UTF-8")
    }

    /// Returns the body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Returns a header, or an empty string if it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| {
            value.to_str().expect("the header should be text")
        })
    }

    /// Returns the `kind` of a problem document.
    #[must_use]
    pub fn problem_kind(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.json()["kind"]
            .as_str()
            .expect("the problem document should have a kind")
            .to_owned()
    }
}

/// Sends a request through a router.
pub async fn send(app: &Router, request: Request<Body>) -> Reply {
    let response = app
        .clone()
        .oneshot(request)
        .await
        .expect("the router is infallible");
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .expect("the body should be readable");
    Reply {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// Sends a `POST` request with a text body.
pub async fn post_text(app: &Router, path: &str, text: &str) -> Reply {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(text.to_owned()));
    send(app, request.expect("the request should be valid")).await
}

/// Sends a `POST` request with a JSON body.
pub async fn post_json(app: &Router, path: &str, json: &Value) -> Reply {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json.to_string()));
    send(app, request.expect("the request should be valid")).await
}
