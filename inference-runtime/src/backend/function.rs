use futures_util::future::{BoxFuture, FutureExt};

use super::{Backend, Request, Response};
use crate::InferenceError;

/// Makes a backend of an async function, for tests and for simple services.
///
/// ```
/// use inference_runtime::{Inference, backend::{self, Request}};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let inference = Inference::builder()
///     .backend("hf", backend::from_fn(|_: Request| async {
///         Ok(serde_json::json!([{"label": "POSITIVE", "score": 0.99}]))
///     }))
///     .build()?;
/// # Ok(()) }
/// ```
pub fn from_fn<F, Fut, R>(function: F) -> FromFn<F>
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, InferenceError>> + Send + 'static,
    R: Into<Response>,
{
    FromFn(function)
}

/// The backend returned by [`from_fn`].
#[derive(Clone, Copy, Debug)]
pub struct FromFn<F>(F);

impl<F, Fut, R> Backend for FromFn<F>
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, InferenceError>> + Send + 'static,
    R: Into<Response> + 'static,
{
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        let response = (self.0)(request.clone());
        async move { response.await.map(Into::into) }.boxed()
    }
}
