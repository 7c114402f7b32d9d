mod response;

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::{Stream, StreamExt, stream};

use super::Receive;
use crate::{
    Call, InferenceError, Task,
    backend::{Chunk, Chunks, Usage},
    task::{ChatCompletion, ImageTextToText, TextGeneration},
};

/// A model's text as it is written.
///
/// It is a [`Stream`] of pieces of text, and [`IntoResponse`](axum::response::IntoResponse) as
/// [server-sent events](#in-a-response). The handler begins when the first piece is there: until then the next model
/// of a chain may be asked, or the `fallback`, whose text is a stream of one piece. From then on each piece may take
/// as long as `timeout` says; an error is the last item. Nothing is kept in a cache.
///
/// Dropping it ends the call to the model, and so does a client that goes away while it is a response. Nothing is
/// read ahead: a slow client slows the model's connection down.
///
/// # In a response
///
/// Each piece is one event, its text the `data`. The last is `done`, with
/// `{"finish_reason": …, "usage": …, "model": …}`, or `error`, with the
/// [problem document](InferenceError#in-a-response) that the handler would have answered with. While the model is
/// silent comments keep the connection open.
pub struct TextStream {
    /// None when it has ended.
    chunks: Option<Chunks>,
    finish_reason: Option<String>,
    usage: Option<Usage>,
    model: Option<String>,
}

impl TextStream {
    fn new(chunks: Chunks, model: Option<String>) -> Self {
        Self {
            chunks: Some(chunks),
            finish_reason: None,
            usage: None,
            model,
        }
    }

    /// A stream of one piece that no model has written: for tests and for fallbacks.
    #[must_use]
    pub fn once(text: impl Into<String>) -> Self {
        let chunk = Chunk::text(text);
        Self::new(stream::iter([Ok(chunk)]).boxed(), None)
    }

    /// Reads to the end.
    ///
    /// # Errors
    ///
    /// What broke the answer off. The pieces before it are lost: take them one by one to keep them.
    pub async fn collect_text(&mut self) -> Result<String, InferenceError> {
        let mut text = String::new();
        while let Some(piece) = self.next().await {
            text.push_str(&piece?);
        }
        Ok(text)
    }

    /// Why the model stopped, in the service's own word (`stop`, `length`), when the stream has ended.
    #[must_use]
    pub fn finish_reason(&self) -> Option<&str> {
        self.finish_reason.as_deref()
    }

    /// What the service counted, when the stream has ended. Some services count only when asked:
    /// `parameters(stream_options = json!({"include_usage": true}))`.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.usage
    }

    /// The model that writes; none for a fallback.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    async fn open<T: Task>(call: Call<'_, T>) -> Result<Self, InferenceError> {
        let opened = call.open().await?;
        Ok(Self::new(
            opened.chunks,
            opened.origin.model.as_deref().map(str::to_owned),
        ))
    }
}

impl Stream for TextStream {
    type Item = Result<String, InferenceError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(chunks) = &mut self.chunks else {
                return Poll::Ready(None);
            };
            match ready!(chunks.poll_next_unpin(cx)) {
                Some(Ok(chunk)) => {
                    if chunk.finish_reason.is_some() {
                        self.finish_reason = chunk.finish_reason;
                    }
                    // Some services count in every piece: the last word holds.
                    if chunk.usage.is_some() {
                        self.usage = chunk.usage;
                    }
                    if !chunk.text.is_empty() {
                        return Poll::Ready(Some(Ok(chunk.text)));
                    }
                }
                Some(Err(error)) => {
                    self.chunks = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.chunks = None,
            }
        }
    }
}

impl fmt::Debug for TextStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextStream")
            .field("model", &self.model)
            .field("ended", &self.chunks.is_none())
            .finish_non_exhaustive()
    }
}

impl Receive<ChatCompletion> for TextStream {
    type Value = String;

    async fn receive(call: Call<'_, ChatCompletion>) -> Result<Self, InferenceError> {
        Self::open(call).await
    }

    fn from_fallback(value: String) -> Self {
        Self::once(value)
    }
}

impl Receive<ImageTextToText> for TextStream {
    type Value = String;

    async fn receive(call: Call<'_, ImageTextToText>) -> Result<Self, InferenceError> {
        Self::open(call).await
    }

    fn from_fallback(value: String) -> Self {
        Self::once(value)
    }
}

impl Receive<TextGeneration> for TextStream {
    type Value = String;

    async fn receive(call: Call<'_, TextGeneration>) -> Result<Self, InferenceError> {
        Self::open(call).await
    }

    fn from_fallback(value: String) -> Self {
        Self::once(value)
    }
}
