//! The [`Backend`] trait, and its implementation for each supported service.

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
        reason = "each backend uses a part of it"
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
        reason = "each backend uses a part of it"
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

/// A service that runs models: the trait to implement for a new service.
///
/// It is object-safe: the name before `::` in `model = "name::…"` selects, for each request, one of the backends registered
/// with [`InferenceBuilder::backend`](crate::InferenceBuilder::backend). A backend only translates requests and responses;
/// timeouts, the cache, the chain and the fallback are applied around it.
///
/// ```
/// use futures_util::future::{BoxFuture, FutureExt};
/// use inference_runtime::{Backend, InferenceError, backend::{Request, Response}};
///
/// /// Labels every review as positive.
/// struct Optimist;
///
/// impl Backend for Optimist {
///     fn call<'a>(&'a self, _: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
///         async { Ok(Response::json(&serde_json::json!([{"label": "POSITIVE", "score": 1.0}]))) }.boxed()
///     }
/// }
/// ```
pub trait Backend: Send + Sync + 'static {
    /// Calls the model once and returns its answer in the wire form of Hugging Face's pipeline (the response to
    /// `{"inputs": …, "parameters": …}`).
    ///
    /// Dropping the future must cancel the call. The deadline is in the request; the caller enforces it.
    ///
    /// # Errors
    ///
    /// An [`InferenceError`]; its kind decides whether the next model of a chain is called.
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>>;

    /// Calls the model for several inputs, in as few calls as the service allows. Returns one result per request, in the
    /// same order.
    ///
    /// The default makes one [`call`](Self::call) per request, a few at the same time.
    fn call_many<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, Vec<Result<Response, InferenceError>>> {
        batch::call_each(self, requests).boxed()
    }

    /// Calls the model once for a streaming answer. The future is ready when the service has accepted the request.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call). The default returns [`Unsupported`](crate::ErrorKind::Unsupported).
    fn stream<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, Result<StreamingResponse, InferenceError>> {
        let message = format!(
            "the backend cannot stream `{}`; help: receive the whole answer, or use another backend",
            request.task()
        );
        std::future::ready(Err(InferenceError::new(
            crate::ErrorKind::Unsupported,
            message,
        )))
        .boxed()
    }

    /// Returns the host for traces (`server.address`). `None` if it differs from model to model, or if no network is
    /// involved.
    fn server_address(&self) -> Option<&str> {
        None
    }

    /// Checks that credentials and addresses are configured. A model of a backend that is not configured is skipped in a
    /// chain, and fails with [`NotConfigured`](crate::ErrorKind::NotConfigured) elsewhere.
    ///
    /// # Errors
    ///
    /// An error that names the missing setting.
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
