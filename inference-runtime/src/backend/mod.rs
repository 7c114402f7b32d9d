//! The services that answer: one trait, and an implementation for each.

mod batch;
mod function;
#[cfg(feature = "hf")]
mod hf;
#[cfg(feature = "_http")]
#[cfg_attr(
    not(all(
        feature = "hf",
        feature = "kserve",
        feature = "openai",
        feature = "tei",
        feature = "vertex"
    )),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "each service uses its part"
    )
)]
pub(crate) mod http;
#[cfg(feature = "kserve")]
mod kserve;
#[cfg(feature = "local")]
pub(crate) mod local;
#[cfg(feature = "openai")]
mod openai;
#[cfg(feature = "_http")]
#[cfg_attr(
    not(all(
        feature = "hf",
        feature = "kserve",
        feature = "openai",
        feature = "tei",
        feature = "vertex"
    )),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "each service uses its part"
    )
)]
mod openai_wire;
mod request;
mod response;
mod stream;
#[cfg(feature = "tei")]
mod tei;
#[cfg(feature = "tensorflow-serving")]
mod tensorflow_serving;
#[cfg(feature = "tgi")]
mod tgi;
#[cfg(feature = "vertex")]
mod vertex;

use futures_util::future::{BoxFuture, FutureExt};

pub use function::{FromFn, from_fn};
#[cfg(feature = "hf")]
pub use hf::{HuggingFace, HuggingFaceBuilder, provider_tasks};
#[cfg(feature = "kserve")]
pub use kserve::{KServe, KServeBuilder};
#[cfg(feature = "openai")]
pub use openai::{OpenAi, OpenAiBuilder};
pub use request::Request;
pub use response::Response;
pub use stream::{Chunk, Chunks, StreamingResponse};
#[cfg(feature = "tei")]
pub use tei::{Tei, TeiBuilder};
#[cfg(feature = "tensorflow-serving")]
pub use tensorflow_serving::{TensorFlowServing, TensorFlowServingBuilder};
#[cfg(feature = "tgi")]
pub use tgi::{Tgi, TgiBuilder};
#[cfg(feature = "vertex")]
pub use vertex::{Vertex, VertexBuilder};

pub use crate::answer::Usage;
use crate::{InferenceError, operation::Model};

/// A service that answers predictions: the one trait a new service implements.
///
/// It is object-safe: the name before `::` in `model = "name::…"` chooses among those registered with
/// [`InferenceBuilder::backend`](crate::InferenceBuilder::backend) when the request comes. A backend translates; time limits, the
/// cache, the chain and the fallback are done for it.
///
/// ```
/// use futures_util::future::{BoxFuture, FutureExt};
/// use inference_runtime::{Backend, InferenceError, backend::{Request, Response}};
///
/// /// Finds every review splendid.
/// struct Optimist;
///
/// impl Backend for Optimist {
///     fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
///         async { Ok(Response::json(&serde_json::json!([{"label": "POSITIVE", "score": 1.0}]))) }.boxed()
///     }
/// }
/// ```
pub trait Backend: Send + Sync + 'static {
    /// Asks the model once and gives the answer in the wire form of Hugging Face's pipeline (what comes back for
    /// `{"inputs": …, "parameters": …}`).
    ///
    /// Dropping the future must end the call. The time left is in the request; the caller enforces it.
    ///
    /// # Errors
    ///
    /// An [`InferenceError`] whose kind says what happened; the kind decides whether the next model of a chain
    /// is asked.
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>>;

    /// Asks the model the same thing of several inputs, in as few calls as the service allows: the answers, in the
    /// order of the questions, each for itself.
    ///
    /// Not given, it is a [`call`](Self::call) for each, a few at a time.
    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        batch::one_by_one(self, requests).boxed()
    }

    /// Asks the model once for an answer in pieces. The future is ready when the service has accepted the question.
    ///
    /// # Errors
    ///
    /// As of [`call`](Self::call); a backend that cannot stream is [`Unsupported`](crate::ErrorKind::Unsupported).
    fn stream<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        let message = format!(
            "the backend cannot answer `{}` as a stream; help: receive the whole answer, or take another backend",
            request.task()
        );
        std::future::ready(Err(InferenceError::new(
            crate::ErrorKind::Unsupported,
            message,
        )))
        .boxed()
    }

    /// The host that is asked, for traces: `server.address`. None where that differs from model to model, or where
    /// nobody is asked over a network.
    fn server_address(&self) -> Option<&str> {
        None
    }

    /// Whether it can be asked at all: credentials and addresses are there. What cannot is skipped in a chain
    /// and is [`NotConfigured`](crate::ErrorKind::NotConfigured) elsewhere.
    ///
    /// # Errors
    ///
    /// An error that names what to set.
    fn check_configured(&self) -> Result<(), InferenceError> {
        Ok(())
    }

    /// Checks that this backend can do a task, as [`Request::task`] names it, with a model of its own. The runtime calls
    /// it at the start and in [`Inference::check`](crate::Inference::check), never for a request: a model that a
    /// configuration names and that is not supported stops the start.
    ///
    /// It answers from what the backend knows by itself, without a call to the service, and whether or not the backend is
    /// [configured](Self::check_configured). The default supports everything.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) or [`ModelNotFound`](crate::ErrorKind::ModelNotFound), with what to
    /// write instead.
    fn supports(&self, _task: &str, _model: &Model) -> Result<(), InferenceError> {
        Ok(())
    }
}
