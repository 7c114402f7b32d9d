use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::live::Pieces;

/// What the server does with a request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) start: Start,
    pub(super) end: End,
}

/// When the answer begins.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Now,
    After(Duration),
    /// When there is a permit.
    Released(Arc<Semaphore>),
    Never,
    /// The connection is closed and nothing sent, with a reset where this says so.
    Closed {
        reset: bool,
    },
}

/// How the answer ends.
#[derive(Clone, Debug)]
pub(super) enum End {
    Whole,
    /// The connection is closed after the body, of which more was announced.
    BrokenOff {
        reset: bool,
    },
    /// The body is repeated for ever.
    Endless,
    /// The body is followed by silence.
    Silent,
    /// The body comes when the test sends it.
    Live(Pieces),
}

impl Answer {
    /// This status and an empty body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            start: Start::Now,
            end: End::Whole,
        }
    }

    /// 200 and JSON.
    #[must_use]
    pub fn json(value: &Value) -> Self {
        Self::status(200).body("application/json", value.to_string())
    }

    /// Plain text.
    #[must_use]
    pub fn text(status: u16, text: &str) -> Self {
        Self::status(status).body("text/plain; charset=utf-8", text.to_owned())
    }

    /// A page.
    #[must_use]
    pub fn html(status: u16, html: &str) -> Self {
        Self::status(status).body("text/html; charset=utf-8", html.to_owned())
    }

    /// A redirect.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("location", location)
    }

    /// Closes the connection in place of an answer.
    #[must_use]
    pub fn close() -> Self {
        Self {
            start: Start::Closed { reset: false },
            ..Self::status(500)
        }
    }

    /// Resets the connection in place of an answer.
    #[must_use]
    pub fn reset() -> Self {
        Self {
            start: Start::Closed { reset: true },
            ..Self::status(500)
        }
    }

    /// Never answers.
    #[must_use]
    pub fn hang() -> Self {
        Self {
            start: Start::Never,
            ..Self::status(500)
        }
    }

    /// The same with this body.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), media_type)
    }

    /// The same with this status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).expect("a status");
        self
    }

    /// The same with this header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::try_from(name).expect("a name"),
            HeaderValue::try_from(value).expect("a value"),
        );
        self
    }

    /// The same, so much later.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.start = Start::After(delay);
        self
    }

    /// The same, when the gate has a permit for it.
    #[must_use]
    pub fn released_by(mut self, gate: &Arc<Semaphore>) -> Self {
        self.start = Start::Released(Arc::clone(gate));
        self
    }

    /// Announces more than the body, and closes the connection after it.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        self.end = End::BrokenOff { reset: false };
        self
    }

    /// Announces more than the body, and resets the connection after it.
    #[must_use]
    pub fn cut_by_reset(mut self) -> Self {
        self.end = End::BrokenOff { reset: true };
        self
    }

    /// Repeats the body for ever.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.end = End::Endless;
        self
    }

    /// Announces more than the body, and sends no more.
    #[must_use]
    pub fn stalled(mut self) -> Self {
        self.end = End::Silent;
        self
    }
}
