//! A stream as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderName, HeaderValue, header};
use serde::Serialize;

use super::TextStream;
use crate::backend::Usage;

/// Below the limits after which proxies and browsers give a silent connection up.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// nginx collects a response before it passes it on, unless this says no.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The last event of a stream that has come to its end.
#[derive(Serialize)]
struct Done<'a> {
    finish_reason: Option<&'a str>,
    usage: Option<Usage>,
    model: Option<&'a str>,
}

impl IntoResponse for TextStream {
    fn into_response(self) -> Response {
        let events = stream::unfold(Some(self), |stream| async {
            let (event, stream) = next(stream?).await;
            Some((Ok::<_, Infallible>(Bytes::from(event)), stream))
        });
        let mut response = Body::from_stream(events).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
        response
    }
}

/// The next event, and the stream unless that was the last.
async fn next(mut stream: TextStream) -> (String, Option<TextStream>) {
    match tokio::time::timeout(KEEP_ALIVE, stream.next()).await {
        Err(_) => (":\n\n".to_owned(), Some(stream)),
        Ok(Some(Ok(text))) => (event(None, &text), Some(stream)),
        Ok(Some(Err(error))) => (event(Some("error"), &error.problem()), None),
        Ok(None) => {
            let done = Done {
                finish_reason: stream.finish_reason(),
                usage: stream.usage(),
                model: stream.model(),
            };
            let done = serde_json::to_string(&done).unwrap_or_default();
            (event(Some("done"), &done), None)
        }
    }
}

/// One event. The lines of its data come out as they went in, but for carriage returns, which this protocol cannot
/// tell from line feeds.
fn event(name: Option<&str>, data: &str) -> String {
    let mut event = String::with_capacity(data.len() + 32);
    if let Some(name) = name {
        event.push_str("event: ");
        event.push_str(name);
        event.push('\n');
    }
    for line in data.replace("\r\n", "\n").split(['\n', '\r']) {
        event.push_str("data: ");
        event.push_str(line);
        event.push('\n');
    }
    event.push('\n');
    event
}

#[cfg(test)]
mod tests {
    use super::event;

    #[test]
    fn lines_survive() {
        for (text, written) in [
            (" Hi", "data:  Hi\n\n"),
            ("a\nb", "data: a\ndata: b\n\n"),
            ("\n", "data: \ndata: \n\n"),
            ("\n\n", "data: \ndata: \ndata: \n\n"),
            ("a\r\nb\rc", "data: a\ndata: b\ndata: c\n\n"),
            (": no comment", "data: : no comment\n\n"),
        ] {
            assert_eq!(event(None, text), written, "{text:?}");
        }
        assert_eq!(event(Some("done"), "{}"), "event: done\ndata: {}\n\n");
    }
}
