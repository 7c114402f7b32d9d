//! Drop-in model inference for axum handlers.
//!
//! One attribute on an ordinary handler names the model and what happens when it fails; the *type* of the annotated
//! parameter determines how the handler gets the answer.
//!
//! ```no_run
//! use axum::{Json, Router, routing::post};
//! use inference_runtime::prelude::*;
//!
//! #[derive(serde::Deserialize)]
//! struct Review { text: String }
//!
//! #[infer(
//!     model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
//!     task = "text-classification",
//!     input = review.text,
//!     cache = "5m",
//!     fallback = Label::new("NEUTRAL", 0.0),
//! )]
//! async fn sentiment(Json(review): Json<Review>, #[prediction] label: Label) -> Json<Label> {
//!     Json(label)
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let inference = Inference::from_env()?;
//!     let app = Router::new().route("/sentiment", post(sentiment)).layer(inference.layer());
//!     axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?;
//!     Ok(())
//! }
//! ```

#![forbid(unsafe_code)]

#[cfg(feature = "_fuzz")]
#[doc(hidden)]
pub mod __fuzz;
#[doc(hidden)]
pub mod __private;
mod answer;
pub mod axum;
pub mod backend;
pub mod cache;
mod call;
mod config;
mod deadline;
mod delivery;
mod error;
mod hook;
mod journal;
mod ladder;
mod media;
#[cfg(feature = "_http")]
mod net;
pub mod operation;
mod policy;
mod report;
mod runtime;
pub mod task;
mod telemetry;

pub use inference_macros::infer;

pub use answer::{Prediction, Source};
#[cfg(feature = "upload")]
pub use axum::Upload;
pub use backend::Backend;
pub use call::{Call, Operation};
pub use config::ConfigError;
pub use delivery::{Each, Receive, Structured, TextStream};
pub use error::{ErrorKind, InferenceError};
pub use runtime::{Impact, Inference, InferenceBuilder, ModelIssue, ShutdownTimeout, Statistics};
/// The crate of the `JsonSchema` that types in [`Structured`] derive.
pub use schemars;
pub use task::Task;

/// The items that programs with `#[infer]` use.
pub mod prelude {
    #[cfg(feature = "upload")]
    pub use crate::axum::Upload;
    pub use crate::{
        Each, ErrorKind, Inference, InferenceError, Prediction, Source, Structured, TextStream,
        infer,
        task::{
            Answer, AudioTrack, BoundingBox, Chat, ChatReply, Depth, Detection, Embedding, Entity,
            Generation, ImageText, Label, MaskFill, Media, MediaInput, MediaQuestion, Message,
            Question, Ranked, Ranking, Segment, Sentences, Table, TableAnswer, TableQuestion,
            TargetSize, Transcript, TranscriptChunk,
        },
    };
}
