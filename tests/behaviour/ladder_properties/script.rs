//! Scripted streams.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
    vec,
};

use futures_util::{FutureExt, Stream, StreamExt};
use inference_runtime::{
    ErrorKind, InferenceError,
    backend::{Chunk, StreamingResponse},
};
use tokio::time::{Instant, Sleep};

use super::environment::{Environment, Model};

tokio::task_local! {
    /// The number of the request for a stream. Streams are not shared, so it is called by the request's own task.
    pub(super) static REQUEST: usize;
}

/// The course of a stream. By default it is accepted and ends without text.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    pub(super) opening: Opening,
    pub(super) pieces: Vec<Piece>,
}

/// The response to the request for a stream.
#[derive(Clone, Debug, Default)]
pub(super) enum Opening {
    #[default]
    Accept,
    Slow(Duration),
    Fail(ErrorKind),
    Hang,
}

/// A part of a stream. The end follows the last one.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text,
    Empty,
    Reasoning,
    Wait(Duration),
    Hang,
    Fail(ErrorKind),
}

/// A call for a stream.
#[derive(Clone, Debug)]
pub(super) struct StreamCall {
    /// The number of its request. `None` if the request's task did not make the call.
    pub(super) request: Option<usize>,
    pub(super) model: Model,
    pub(super) started: Instant,
    /// When the stream, or the future that opened it, was dropped.
    pub(super) dropped: Option<Instant>,
    /// The texts that have been polled.
    pub(super) texts: Vec<String>,
    /// When the last chunk was polled.
    pub(super) last_chunk: Instant,
    pub(super) end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The stream has not ended by itself.
    Open,
    Completed,
    Failed {
        is_client_error: bool,
    },
}

/// A stream that records its course. It must not be polled after its end or its error.
pub(super) struct ScriptedStream {
    call: RunningCall,
    pieces: vec::IntoIter<Piece>,
    wait: Option<Pin<Box<Sleep>>>,
    hangs: bool,
}

impl ScriptedStream {
    pub(super) async fn open(
        environment: Environment,
        model: Model,
        script: Script,
    ) -> Result<StreamingResponse, InferenceError> {
        let call = RunningCall::start(environment, model);
        match script.opening {
            Opening::Accept => {}
            Opening::Slow(time) => tokio::time::sleep(time).await,
            Opening::Hang => std::future::pending().await,
            Opening::Fail(kind) => return Err(call.fail(kind)),
        }
        let stream = Self {
            call,
            pieces: script.pieces.into_iter(),
            wait: None,
            hangs: false,
        };
        Ok(StreamingResponse::new(stream.boxed()))
    }
}

impl Stream for ScriptedStream {
    type Item = Result<Chunk, InferenceError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.call.end() != End::Open {
            let violation = "a stream was polled after its end";
            self.call.environment.record_violation(violation);
        }
        let mut chunk = Chunk::default();
        loop {
            if self.hangs {
                return Poll::Pending;
            }
            if let Some(wait) = &mut self.wait {
                ready!(wait.poll_unpin(cx));
                self.wait = None;
            }
            match self.pieces.next() {
                None => {
                    self.call.update(|call| call.end = End::Completed);
                    return Poll::Ready(None);
                }
                Some(Piece::Wait(time)) => self.wait = Some(Box::pin(tokio::time::sleep(time))),
                Some(Piece::Hang) => self.hangs = true,
                Some(Piece::Fail(kind)) => return Poll::Ready(Some(Err(self.call.fail(kind)))),
                Some(Piece::Text) => {
                    chunk.text = self.call.next_text();
                    break;
                }
                Some(Piece::Reasoning) => {
                    "hm".clone_into(&mut chunk.reasoning);
                    break;
                }
                Some(Piece::Empty) => break,
            }
        }
        self.call.update(|call| call.last_chunk = Instant::now());
        Poll::Ready(Some(Ok(chunk)))
    }
}

/// A running call. It ends when it is dropped.
struct RunningCall {
    environment: Environment,
    number: usize,
}

impl RunningCall {
    fn start(environment: Environment, model: Model) -> Self {
        let now = Instant::now();
        let mut calls = environment.stream_calls();
        let number = calls.len();
        calls.push(StreamCall {
            request: REQUEST.try_with(|request| *request).ok(),
            model,
            started: now,
            dropped: None,
            texts: Vec::new(),
            last_chunk: now,
            end: End::Open,
        });
        drop(calls);
        Self {
            environment,
            number,
        }
    }

    fn update<R>(&self, update: impl FnOnce(&mut StreamCall) -> R) -> R {
        update(&mut self.environment.stream_calls()[self.number])
    }

    fn end(&self) -> End {
        self.update(|call| call.end)
    }

    fn fail(&self, kind: ErrorKind) -> InferenceError {
        self.update(|call| {
            call.end = End::Failed {
                is_client_error: kind.is_client_error(),
            };
        });
        InferenceError::new(kind, "by the script")
    }

    /// Returns a text that no other call returns.
    fn next_text(&self) -> String {
        self.update(|call| {
            let text = format!("text {} of call {}.", call.texts.len(), self.number);
            call.texts.push(text.clone());
            text
        })
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.update(|call| call.dropped = Some(Instant::now()));
    }
}
