use std::{
    io,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use serde_json::json;
use tokio::sync::mpsc;

use super::{Answer, PATIENCE, answer::End, locked};

/// The test's end of a stream: it sends when the test says so, and knows when the client has gone. Dropping it ends
/// the body.
#[derive(Debug)]
pub struct Live(mpsc::Sender<io::Result<Bytes>>);

/// The server's end of it, for one request.
#[derive(Clone, Debug)]
pub(super) struct Pieces(Arc<Mutex<Option<mpsc::Receiver<io::Result<Bytes>>>>>);

impl Pieces {
    pub(super) fn take(&self) -> mpsc::Receiver<io::Result<Bytes>> {
        locked(&self.0)
            .take()
            .expect("a stream answers one request")
    }
}

impl Answer {
    /// 200 and events that are there from the start.
    #[must_use]
    pub fn events(body: impl Into<Bytes>) -> Self {
        Self::status(200).body("text/event-stream", body)
    }

    /// 200 and events that come when the test sends them.
    #[must_use]
    pub fn live() -> (Live, Self) {
        let (sender, receiver) = mpsc::channel(1);
        let pieces = Pieces(Arc::new(Mutex::new(Some(receiver))));
        let answer = Self {
            end: End::Live(pieces),
            ..Self::events("")
        };
        (Live(sender), answer)
    }
}

impl Live {
    /// Sends bytes as they are.
    pub async fn send(&self, bytes: impl Into<Bytes>) {
        let sent = self.0.send(Ok(bytes.into()));
        tokio::time::timeout(PATIENCE, sent)
            .await
            .expect("the client reads")
            .expect("the client is there");
    }

    /// Sends a piece of a chat.
    pub async fn say(&self, text: &str) {
        self.send(said(text)).await;
    }

    /// Sends the end of a chat.
    pub async fn finish(self) {
        self.send(finished("stop")).await;
    }

    /// Closes the connection in the middle of the body.
    pub async fn break_off(self) {
        let broken = io::Error::other("broken off by the script");
        self.0.send(Err(broken)).await.expect("the client is there");
    }

    /// Waits until the client has closed the connection.
    pub async fn wait_for_hangup(&self) {
        tokio::time::timeout(PATIENCE, self.0.closed())
            .await
            .expect("the client hangs up");
    }
}

/// A frame of OpenAI's chat that says this.
#[must_use]
pub fn said(text: &str) -> String {
    let frame = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "org/model",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}],
    });
    format!("data: {frame}\n\n")
}

/// The last frames of OpenAI's chat.
#[must_use]
pub fn finished(reason: &str) -> String {
    let frame = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]});
    format!("data: {frame}\n\ndata: [DONE]\n\n")
}
