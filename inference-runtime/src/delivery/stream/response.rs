//! Streams as server-sent events.

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

/// The interval of keep-alive comments, below the idle timeouts of proxies and browsers.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// `no` stops nginx from buffering the response.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The data of the last event of a complete stream.
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

/// Returns the next event, and the stream unless the event is the last.
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

/// Formats one event. The lines of its data are preserved, except that carriage returns become line feeds, which the
/// protocol does not distinguish.
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
    fn lines_of_the_data_are_preserved() {
        for (text, formatted) in [
            (" Hi", "data:  Hi\n\n"),
            ("a\nb", "data: a\ndata: b\n\n"),
            ("\n", "data: \ndata: \n\n"),
            ("\n\n", "data: \ndata: \ndata: \n\n"),
            ("a\r\nb\rc", "data: a\ndata: b\ndata: c\n\n"),
            (": not a comment", "data: : not a comment\n\n"),
        ] {
            assert_eq!(event(None, text), formatted, "{text:?}");
        }
        assert_eq!(event(Some("done"), "{}"), "event: done\ndata: {}\n\n");
    }
}
