//! TensorFlow Serving, with its REST interface.
//!
//! Protocol: <https://www.tensorflow.org/tfx/serving/api_rest>.

mod builder;
mod custom;
mod output;
mod route;

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};

use builder::KIND;
pub use builder::TensorFlowServingBuilder;

use self::route::Method;
use super::{
    Backend, Request, Response,
    http::{self, ConfiguredEndpoint, Endpoint, HttpResponse},
};
use crate::{InferenceError, operation::Model, task::Payload};

/// The supported tasks.
const TASKS: [&str; 6] = [
    "custom",
    "tabular-classification",
    "tabular-regression",
    "feature-extraction",
    "text-classification",
    "image-classification",
];

/// A server of [TensorFlow Serving](https://www.tensorflow.org/tfx/guide/serving).
///
/// The model is `name`, `name/versions/3`, `name/labels/canary` or `name@canary`. `tabular-classification` calls
/// `:classify` and `tabular-regression` calls `:regress`, with one example per row. The others call `:predict`:
/// `feature-extraction`, `text-classification` and `image-classification` with one instance, which is the text or
/// `{"b64": …}`, of a model that returns numbers. `custom` sends its input unchanged and returns the response unchanged.
///
/// ```
/// use inference_runtime::{Inference, backend::TensorFlowServing};
///
/// # fn main() -> Result<(), inference_runtime::ConfigError> {
/// let inference = Inference::builder()
///     .backend("tf", TensorFlowServing::builder().base_url("http://127.0.0.1:8501").build()?)
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct TensorFlowServing {
    endpoint: ConfiguredEndpoint,
}

impl TensorFlowServing {
    /// Returns a builder without settings.
    #[must_use]
    pub fn builder() -> TensorFlowServingBuilder {
        TensorFlowServingBuilder::default()
    }

    async fn predict(&self, request: &Request) -> Result<Response, InferenceError> {
        let endpoint = self.endpoint.get()?;
        match request.task() {
            "custom" => {
                let (method, body) = custom::method_and_body(endpoint, request)?;
                let response = send(endpoint, request, method, &body).await?;
                // Parsed and written again: bare `NaN` is not valid JSON.
                let json = response.json()?;
                Ok(response.with_json(&json))
            }
            "tabular-classification" => {
                examples(endpoint, request, Method::Classify, output::classes).await
            }
            "tabular-regression" => {
                examples(endpoint, request, Method::Regress, output::numbers).await
            }
            "feature-extraction" => instance(endpoint, request, output::features).await,
            "text-classification" | "image-classification" => {
                instance(endpoint, request, output::labels).await
            }
            task => Err(endpoint.unsupported(task, &TASKS)),
        }
    }
}

/// Reads the output of a task from a response; `None` if it is not there.
type ReadOutput = fn(&Value, &Request) -> Option<Value>;

/// Calls a method with the rows of a table as examples.
async fn examples(
    endpoint: &Endpoint,
    request: &Request,
    method: Method,
    read: ReadOutput,
) -> Result<Response, InferenceError> {
    let body = json!({"examples": http::rows(&http::table(request)?)});
    let response = send(endpoint, request, method, &body).await?;
    to_response(endpoint, request, response, read)
}

/// Calls `:predict` with one instance.
async fn instance(
    endpoint: &Endpoint,
    request: &Request,
    read: ReadOutput,
) -> Result<Response, InferenceError> {
    let parameters = http::parameters(request);
    if let Some(name) = parameters.keys().find(|name| *name != "top_k") {
        return Err(endpoint.unsupported_request(format_args!(
            "a model there has no parameter `{name}`; help: remove it from `parameters(…)`, or use the task `custom`"
        )));
    }
    let input = match request.payload() {
        Payload::Json(_) => http::input(request),
        Payload::Media(media) => json!({"b64": media.to_base64()}),
    };
    let body = json!({"instances": [input]});
    let response = send(endpoint, request, Method::Predict, &body).await?;
    to_response(endpoint, request, response, read)
}

async fn send(
    endpoint: &Endpoint,
    request: &Request,
    method: Method,
    body: &Value,
) -> Result<HttpResponse, InferenceError> {
    let url = route::url(endpoint, request.model(), method)?;
    endpoint.send(endpoint.post(url, body.to_string())).await
}

fn to_response(
    endpoint: &Endpoint,
    request: &Request,
    response: HttpResponse,
    read: ReadOutput,
) -> Result<Response, InferenceError> {
    let json = response.json()?;
    match read(&json, request) {
        Some(output) => Ok(response.with_json(&output)),
        None => Err(endpoint.unexpected(format_args!(
            "no output that `{}` can be read from; help: use the task `custom`, and read the response yourself",
            request.task()
        ))),
    }
}

impl Backend for TensorFlowServing {
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
