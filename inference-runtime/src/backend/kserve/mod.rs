//! KServe's v2 protocol, also called the Open Inference Protocol: MLServer, Triton, OpenVINO, TorchServe.
//!
//! Protocol: <https://github.com/kserve/open-inference-protocol>.

mod builder;
mod input;
mod metadata;
mod output;
mod route;
mod tensor;

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::Value;

use builder::KIND;
pub use builder::KServeBuilder;

use self::metadata::MetadataCache;
use super::{
    Backend, Request, Response,
    http::{ConfiguredEndpoint, Endpoint, HttpResponse},
};
use crate::{ErrorKind, InferenceError, operation::Model};

/// The supported tasks.
const TASKS: [&str; 8] = [
    "custom",
    "text-classification",
    "feature-extraction",
    "text-generation",
    "summarization",
    "translation",
    "tabular-classification",
    "tabular-regression",
];

/// A server of the [Open Inference Protocol](https://github.com/kserve/open-inference-protocol), which is KServe's
/// v2 protocol: MLServer, Triton and others.
///
/// The model is `name` or `name/versions/3`. The names and datatypes of its tensors are looked up once and cached for a
/// while. A text is sent as `BYTES`, a table as one tensor of numbers or as one per column; labels, vectors, texts
/// and rows are read by the datatypes of the output tensors. `custom` accepts any input: an object with `inputs` is the
/// body, and everything else is sent as the model's one tensor; its output is the server's response.
///
/// ```
/// use inference_runtime::{Inference, backend::KServe};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let inference = Inference::builder()
///     .backend("triton", KServe::builder().base_url("http://127.0.0.1:8000").build()?)
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct KServe {
    endpoint: ConfiguredEndpoint,
    metadata: MetadataCache,
}

impl KServe {
    /// Returns a builder without settings.
    #[must_use]
    pub fn builder() -> KServeBuilder {
        KServeBuilder::default()
    }

    /// Returns whether the server is ready, or, with a model's name, whether that model is.
    ///
    /// # Errors
    ///
    /// An [`InferenceError`] if the server cannot be reached. A server that is not ready is not an error.
    pub async fn is_ready(&self, model: Option<&str>) -> Result<bool, InferenceError> {
        let endpoint = self.endpoint.get()?;
        let url = match model {
            Some(model) => route::ready(endpoint, model)?,
            None => endpoint.url(["v2", "health", "ready"]),
        };
        match endpoint.send(endpoint.get(url)).await {
            // Some servers report readiness by the status alone, and others in the body too.
            Ok(response) => Ok(response
                .json()
                .ok()
                .and_then(|body| {
                    ["ready", "live"]
                        .iter()
                        .find_map(|name| body[name].as_bool())
                })
                .unwrap_or(true)),
            Err(error) => match error.kind() {
                ErrorKind::Unreachable | ErrorKind::Unauthorized | ErrorKind::Timeout => Err(error),
                _ => Ok(false),
            },
        }
    }

    async fn predict(&self, request: &Request) -> Result<Response, InferenceError> {
        let endpoint = self.endpoint.get()?;
        let task = request.task();
        if !TASKS.contains(&task) {
            return Err(endpoint.unsupported(task, &TASKS));
        }
        let body = match input::custom_body(request) {
            Some(body) => body,
            None => {
                let metadata = self.metadata.get(endpoint, request.model()).await?;
                input::build(endpoint, request, &metadata)?
            }
        };
        let response = self.infer(endpoint, request.model(), &body).await?;
        let json = response.json()?;
        let output = match task {
            // Parsed and written again: bare `NaN` is not valid JSON.
            "custom" => json,
            _ => output::to_output(endpoint, request, &json)?,
        };
        Ok(response.with_json(&output))
    }

    async fn infer(
        &self,
        endpoint: &Endpoint,
        model: &str,
        body: &Value,
    ) -> Result<HttpResponse, InferenceError> {
        let url = route::infer(endpoint, model)?;
        let result = endpoint.send(endpoint.post(url, body.to_string())).await;
        if let Err(error) = &result
            && matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::ModelNotFound
            )
        {
            // The model may have been replaced by another version.
            self.metadata.remove(model);
        }
        result
    }
}

impl Backend for KServe {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.predict(request).boxed()
    }

    fn server_address(&self) -> Option<&str> {
        self.endpoint.host()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        self.endpoint.get().map(|_| ())
    }

    fn supports(&self, task: &str, model: &Model) -> Result<(), InferenceError> {
        KIND.supports(task, &TASKS)?;
        route::check(model.name()).map_err(|wrong| KIND.unsupported_request(wrong))
    }
}
