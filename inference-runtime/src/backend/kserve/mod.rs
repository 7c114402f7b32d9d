//! KServe's second protocol, which is the Open Inference Protocol: MLServer, Triton, OpenVINO, TorchServe.
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

use self::metadata::Lookup;
use super::{
    Backend, Request, Response,
    http::{Answer, ConfiguredEndpoint, Endpoint},
};
use crate::{ErrorKind, InferenceError, operation::Model};

/// What it can be asked for.
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
/// second: MLServer, Triton and others.
///
/// The model is `name` or `name/versions/3`. What its tensors are called and hold is looked up once and kept for a
/// while. A text goes in as `BYTES`, a table as one tensor of numbers or as one for each column; labels, vectors, texts
/// and rows come out by what the output tensors hold. `custom` takes any input: an object with `inputs` is the body, and
/// everything else is put into the model's one tensor; its answer is the server's as it is.
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
    reach: ConfiguredEndpoint,
    lookup: Lookup,
}

impl KServe {
    /// A server that nothing has been said of yet.
    #[must_use]
    pub fn builder() -> KServeBuilder {
        KServeBuilder::default()
    }

    /// Whether the server says that it is ready, and with a model's name whether that model is.
    ///
    /// # Errors
    ///
    /// An [`InferenceError`] where the server cannot be asked. That it says no is no error.
    pub async fn is_ready(&self, model: Option<&str>) -> Result<bool, InferenceError> {
        let remote = self.reach.get()?;
        let url = match model {
            Some(model) => route::ready(remote, model)?,
            None => remote.url(["v2", "health", "ready"]),
        };
        match remote.ask(remote.get(url)).await {
            // Some say it by the status alone, and others in the body too.
            Ok(answer) => Ok(answer
                .json()
                .ok()
                .and_then(|answer| {
                    ["ready", "live"]
                        .iter()
                        .find_map(|name| answer[name].as_bool())
                })
                .unwrap_or(true)),
            Err(error) => match error.kind() {
                ErrorKind::Unreachable | ErrorKind::Unauthorized | ErrorKind::Timeout => Err(error),
                _ => Ok(false),
            },
        }
    }

    async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let remote = self.reach.get()?;
        let task = request.task();
        if !TASKS.contains(&task) {
            return Err(remote.unsupported(task, &TASKS));
        }
        let body = match input::whole(request) {
            Some(body) => body,
            None => {
                let metadata = self.lookup.of(remote, request.model()).await?;
                input::built(remote, request, &metadata)?
            }
        };
        let answer = self.infer(remote, request.model(), &body).await?;
        let whole = answer.json()?;
        let canonical = match task {
            // Read and written again: numbers that are none are no JSON.
            "custom" => whole,
            _ => output::canonical(remote, request, &whole)?,
        };
        Ok(answer.with_json(&canonical))
    }

    async fn infer(
        &self,
        remote: &Endpoint,
        model: &str,
        body: &Value,
    ) -> Result<Answer, InferenceError> {
        let url = route::infer(remote, model)?;
        let outcome = remote.ask(remote.post(url, body.to_string())).await;
        if let Err(error) = &outcome
            && matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::ModelNotFound
            )
        {
            // Another version of the model may have come in the meantime.
            self.lookup.forget(model);
        }
        outcome
    }
}

impl Backend for KServe {
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, InferenceError>> {
        self.ask(request).boxed()
    }

    fn server_address(&self) -> Option<&str> {
        self.reach.host()
    }

    fn check_configured(&self) -> Result<(), InferenceError> {
        self.reach.get().map(|_| ())
    }

    fn supports(&self, task: &str, model: &Model) -> Result<(), InferenceError> {
        KIND.supports(task, &TASKS)?;
        route::check(model.name()).map_err(|wrong| KIND.unfit(wrong))
    }
}
