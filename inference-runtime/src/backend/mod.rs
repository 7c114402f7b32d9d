//! The services that answer: one trait, and an implementation for each.

mod answer;
mod deadline;
mod function;
#[cfg(feature = "hf")]
mod hf;
#[cfg(feature = "local")]
pub(crate) mod local;
mod request;

use futures_util::future::BoxFuture;

pub use answer::{Response, Usage};
pub(crate) use deadline::Deadline;
pub use function::{FromFn, from_fn};
#[cfg(feature = "hf")]
pub use hf::{HuggingFace, HuggingFaceBuilder};
pub use request::Request;

use crate::InferenceError;

/// A service that answers predictions: the one trait a new service implements.
///
/// It is object-safe: the name before `::` in `model = "name::…"` chooses among those registered with
/// [`Builder::backend`](crate::Builder::backend) when the request comes. A backend translates; time limits, the
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

    /// Whether it can be asked at all: credentials and addresses are there. What cannot is skipped in a chain
    /// and is [`NotConfigured`](crate::ErrorKind::NotConfigured) elsewhere.
    ///
    /// # Errors
    ///
    /// An error that names what to set.
    fn configured(&self) -> Result<(), InferenceError> {
        Ok(())
    }
}
