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
//!
//! # Concepts
//!
//! ## Operations
//!
//! Each `#[prediction]` parameter is one *operation*: a model, a task, an input and policies under one name. The macro
//! checks the arguments at compile time and writes them as a `static`, an [`Operation`]. All operations of a program
//! register themselves at link time: [`Inference::operations`] lists them, and a configuration that names an unknown
//! operation stops the program at startup.
//!
//! ## Tasks
//!
//! A [`Task`] is one of Hugging Face's pipeline tags: its input, parameters and output as types, and their wire format.
//! The marker types and the outputs are in [`task`]. An input of the wrong type is a compile error at the expression.
//!
//! ## Deliveries
//!
//! The type of the parameter decides how the handler receives the answer; [`Receive`] is the trait behind it.
//!
//! | type | the handler receives |
//! |---|---|
//! | the task's output, such as `Vec<Label>`, or its short form `Label` | the value |
//! | [`Prediction<Label>`](Prediction) | the value with its [`Source`], model, provider, age and token usage |
//! | `Result<Label, InferenceError>`, `Option<Label>` | the value or the failure |
//! | [`Structured<T>`](Structured) | a chat reply as a type with a JSON schema |
//! | [`TextStream`] | the text while the model generates it; as a response, server-sent events |
//! | [`Each<Label>`](Each) | one answer for each item of a list |
//!
//! ## The ladder
//!
//! Every prediction is answered in the same order, and [`Source`] names the rung that answered: a fresh cache entry, the
//! model, the next model of the chain, a stale entry within `stale_if_error`, the `fallback`. If all of them fail, the
//! handler returns the error. A handler without a `fallback` must be able to return one, which the macro checks.
//!
//! ## Cache
//!
//! With `cache = "5m"`, outputs are stored under a key that contains everything that determines them: backend, model,
//! task, input, parameters, prompt and scope. Concurrent equal misses are coalesced into one call (single-flight). Only
//! validated outputs of a model are stored, never a fallback or an error. The default store is a [`cache::MemoryStore`];
//! the features `disk` and `redis` add others, and [`cache::Store`] is the trait for user-defined ones. A store that
//! fails or is slow is bypassed: it never fails a request.
//!
//! ## Policies
//!
//! Timeouts, retries, circuit breakers, limits and hedging apply behind the cache and behind
//! single-flight: once per call to a model, not once per request. `timeout` covers the whole prediction, and the models of
//! a chain share it.
//!
//! ## Backends
//!
//! A [`Backend`] translates one request for one service. The part of a model's name before `::` selects the backend, and
//! `hf`, Hugging Face's router, is the default: `"org/name"`, `"openai::gpt-4o-mini"`, `"local::sentiment"`. A backend
//! without credentials is skipped in a chain. [`backend::from_fn`] makes a backend of an async closure, for tests.
//!
//! ## Configuration
//!
//! [`Inference::from_env`] reads `inference.toml` and the `INFERENCE_*` variables. Arguments in the annotation are
//! defaults: `[operations.sentiment]` overrides them for one operation, within the bounds that `allow(...)` sets.
//! [`Inference::check`] returns the operations whose models cannot be called.
//!
//! ## Failures
//!
//! An [`InferenceError`] has an [`ErrorKind`] and is returned to clients as `application/problem+json` with a fixed
//! sentence per kind. The service's own message is logged, with credentials redacted, and never sent to a client.
//!
//! # Feature flags
//!
//! Without features, the crate and its dependencies are 91 crates, and the program can use its own backends and stores.
//! "HTTP client" is reqwest with rustls and aws-lc, 64 crates, which are compiled once for all features that need it. It
//! needs a C compiler. The numbers are for Linux.
//!
//! | name | default | adds | dependencies |
//! |---|---|---|---|
//! | `fetch` | yes | media fetched by URL, from the hosts that the configuration lists | HTTP client |
//! | `hf` | yes | Hugging Face's Inference Providers, the backend `hf` | HTTP client |
//! | `local` | yes | the embedded sentiment model, `local::sentiment` | 300 KB of weights |
//! | `upload` | yes | [`Upload`](crate::axum), the extractor for files in forms and bodies | axum's `multipart`, 8 crates |
//! | `openai` | no | servers that implement OpenAI's protocol | HTTP client |
//! | `tei` | no | Text Embeddings Inference | HTTP client |
//! | `tgi` | no | Text Generation Inference | HTTP client |
//! | `tensorflow-serving` | no | TensorFlow Serving | HTTP client |
//! | `kserve` | no | servers that implement the Open Inference Protocol (KServe v2) | HTTP client |
//! | `vertex` | no | Vertex AI | HTTP client |
//! | `disk` | no | a cache store in a file | redb |
//! | `redis` | no | a cache store in Redis or Valkey | redis, 9 crates, and rustls of the HTTP client |
//! | `metrics` | no | counters, gauges and histograms | metrics, 2 crates |
//!
//! Features that begin with `_` are internal and may change in any release.
//!
//! # Minimum supported Rust version
//!
//! Rust 1.92. Raising it is a minor release.

#![forbid(unsafe_code)]
// docs.rs sets `docsrs`. Each item then shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(docsrs, doc(auto_cfg(hide(feature = "_http", feature = "_fuzz"))))]

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
pub use runtime::{
    EffectiveSetting, Impact, Inference, InferenceBuilder, ModelIssue, OperationSettings,
    SettingOrigin, ShutdownTimeout, Statistics,
};
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
