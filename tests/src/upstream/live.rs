use std::{
    io,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use serde_json::json;
use tokio::sync::mpsc;

use super::{Answer, WAIT_LIMIT, answer::End, locked};

/// The test's end of a streamed body. It sends the chunks and detects a disconnect of the client. Dropping it ends the
/// body.
#[derive(Debug)]
pub struct LiveStream(mpsc::Sender<io::Result<Bytes>>);

/// The server's end of a streamed body, for one request.
#[derive(Clone, Debug)]
pub(super) struct LiveBody(Arc<Mutex<Option<mpsc::Receiver<io::Result<Bytes>>>>>);

impl LiveBody {
    pub(super) fn take(&self) -> mpsc::Receiver<io::Result<Bytes>> {
        locked(&self.0)
            .take()
            .expect("a live stream serves one request")
    }
}

impl Answer {
    /// Responds with status 200 and events that are sent at once.
    #[must_use]
    pub fn events(body: impl Into<Bytes>) -> Self {
        Self::status(200).body("text/event-stream", body)
    }

    /// Responds with status 200 and events that the test sends.
    #[must_use]
    pub fn live() -> (LiveStream, Self) {
        let (sender, receiver) = mpsc::channel(1);
        let body = LiveBody(Arc::new(Mutex::new(Some(receiver))));
        let answer = Self {
            end: End::Live(body),
            ..Self::events("")
        };
        (LiveStream(sender), answer)
    }
}

impl LiveStream {
    /// Sends a chunk of the body.
    pub async fn send(&self, bytes: impl Into<Bytes>) {
        let sent = self.0.send(Ok(bytes.into()));
        tokio::time::timeout(WAIT_LIMIT, sent)
            .await
            .expect("the client should read")
            .expect("the client should be connected");
    }

    /// Sends a text chunk of a chat.
    pub async fn send_text(&self, text: &str) {
        self.send(text_chunk(text)).await;
    }

    /// Sends the final chunks of a chat.
    pub async fn finish(self) {
        self.send(finish_chunk("stop")).await;
    }

    /// Closes the connection before the body is complete.
    pub async fn abort_body(self) {
        let error = io::Error::other("truncated by the script");
        self.0
            .send(Err(error))
            .await
            .expect("the client should be connected");
    }

    /// Waits until the client has closed the connection.
    pub async fn wait_for_disconnect(&self) {
        tokio::time::timeout(WAIT_LIMIT, self.0.closed())
            .await
            .expect("the client should disconnect");
    }
}

/// Returns an event of the OpenAI chat format with this text.
#[must_use]
pub fn text_chunk(text: &str) -> String {
    let event = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "org/model",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}],
    });
    format!("data: {event}\n\n")
}

/// Returns the final events of the OpenAI chat format.
#[must_use]
pub fn finish_chunk(reason: &str) -> String {
    let event = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]});
    format!("data: {event}\n\ndata: [DONE]\n\n")
}
