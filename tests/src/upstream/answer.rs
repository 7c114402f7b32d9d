use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::live::LiveBody;

/// The scripted response to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) start: Start,
    pub(super) end: End,
}

/// When the response starts.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Now,
    After(Duration),
    /// When the semaphore has a permit.
    Permit(Arc<Semaphore>),
    Never,
    /// The connection is closed, optionally with a reset, and nothing is sent.
    Closed {
        reset: bool,
    },
}

/// How the response ends.
#[derive(Clone, Debug)]
pub(super) enum End {
    Complete,
    /// The connection is closed before the announced end of the body, optionally with a reset.
    Truncated {
        reset: bool,
    },
    /// The body is repeated endlessly.
    Endless,
    /// After the body, nothing more is sent, and the connection stays open.
    Stalled,
    /// The test sends the chunks of the body.
    Live(LiveBody),
}

impl Answer {
    /// Responds with this status and an empty body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("the status should be valid"),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            start: Start::Now,
            end: End::Complete,
        }
    }

    /// Responds with status 200 and JSON.
    #[must_use]
    pub fn json(value: &Value) -> Self {
        Self::status(200).body("application/json", value.to_string())
    }

    /// Responds with plain text.
    #[must_use]
    pub fn text(status: u16, text: &str) -> Self {
        Self::status(status).body("text/plain; charset=utf-8", text.to_owned())
    }

    /// Responds with HTML.
    #[must_use]
    pub fn html(status: u16, html: &str) -> Self {
        Self::status(status).body("text/html; charset=utf-8", html.to_owned())
    }

    /// Responds with a redirect.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("location", location)
    }

    /// Closes the connection without a response.
    #[must_use]
    pub fn close() -> Self {
        Self {
            start: Start::Closed { reset: false },
            ..Self::status(500)
        }
    }

    /// Resets the connection without a response.
    #[must_use]
    pub fn reset() -> Self {
        Self {
            start: Start::Closed { reset: true },
            ..Self::status(500)
        }
    }

    /// Never responds.
    #[must_use]
    pub fn hang() -> Self {
        Self {
            start: Start::Never,
            ..Self::status(500)
        }
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), media_type)
    }

    /// Sets the status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).expect("the status should be valid");
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::try_from(name).expect("the header name should be valid"),
            HeaderValue::try_from(value).expect("the header value should be valid"),
        );
        self
    }

    /// Delays the response.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.start = Start::After(delay);
        self
    }

    /// Delays the response until the semaphore has a permit for it.
    #[must_use]
    pub fn after_permit(mut self, semaphore: &Arc<Semaphore>) -> Self {
        self.start = Start::Permit(Arc::clone(semaphore));
        self
    }

    /// Announces a longer body, and closes the connection after the given one.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        self.end = End::Truncated { reset: false };
        self
    }

    /// Announces a longer body, and resets the connection after the given one.
    #[must_use]
    pub fn truncated_by_reset(mut self) -> Self {
        self.end = End::Truncated { reset: true };
        self
    }

    /// Repeats the body endlessly.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.end = End::Endless;
        self
    }

    /// Announces a longer body, and sends nothing after the given one.
    #[must_use]
    pub fn stalled(mut self) -> Self {
        self.end = End::Stalled;
        self
    }
}
