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

/// A model's text, streamed while it is generated.
///
/// It is a [`Stream`] of chunks of text, and [`IntoResponse`](axum::response::IntoResponse) as
/// [server-sent events](#in-a-response). The handler starts when the first chunk has arrived. Until then, a failure leads
/// to the next model of a chain or to the `fallback`, whose text is a stream of one chunk. From then on, each chunk may
/// take as long as `timeout`, and an error is the last item. Streams are not cached.
///
/// Dropping the stream cancels the call to the model, as does a client that disconnects during the response. Nothing is
/// read ahead: a slow client slows down the model's connection.
///
/// # In a response
///
/// Each chunk is one event with the text as `data`. The last event is `done`, with
/// `{"finish_reason": …, "usage": …, "model": …}`, or `error`, with the
/// [problem document](InferenceError#in-a-response) of the error. While the model sends nothing, comments keep the
/// connection open.
pub struct TextStream {
    /// `None` after the end.
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

    /// Creates a stream of one chunk, for tests and fallbacks.
    #[must_use]
    pub fn once(text: impl Into<String>) -> Self {
        let chunk = Chunk::text(text);
        Self::new(stream::iter([Ok(chunk)]).boxed(), None)
    }

    /// Reads the stream to its end and returns the text.
    ///
    /// # Errors
    ///
    /// Returns the error that ended the stream. The text before it is lost: to keep it, read the chunks one by one.
    pub async fn collect_text(&mut self) -> Result<String, InferenceError> {
        let mut text = String::new();
        while let Some(chunk) = self.next().await {
            text.push_str(&chunk?);
        }
        Ok(text)
    }

    /// Returns why the model stopped, as the service names it (`stop`, `length`), after the end of the stream.
    #[must_use]
    pub fn finish_reason(&self) -> Option<&str> {
        self.finish_reason.as_deref()
    }

    /// Returns the token usage, after the end of the stream. Some services send it only on request:
    /// `parameters(stream_options = json!({"include_usage": true}))`.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.usage
    }

    /// Returns the model; `None` for a fallback.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    async fn open<T: Task>(call: Call<'_, T>) -> Result<Self, InferenceError> {
        let stream = call.open().await?;
        Ok(Self::new(
            stream.chunks,
            stream.origin.model.as_deref().map(str::to_owned),
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
                    // Some services report the usage in every chunk: the last one counts.
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
