//! TensorFlow Serving, over its REST interface.
//!
//! Protocol: <https://www.tensorflow.org/tfx/serving/api_rest>.

mod answer;
mod builder;
mod custom;
mod route;

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};

use builder::KIND;
pub use builder::TensorFlowServingBuilder;

use self::route::Method;
use super::{
    Backend, Request, Response,
    http::{self, Answer, ConfiguredEndpoint, Endpoint},
};
use crate::{InferenceError, operation::Model, task::Payload};

/// What it can be asked for.
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
/// The model is `name`, `name/versions/3`, `name/labels/canary` or `name@canary`. `tabular-classification` asks
/// `:classify` and `tabular-regression` asks `:regress`, with a row as an example. The others ask `:predict`:
/// `feature-extraction`, `text-classification` and `image-classification` with one instance, which is the text or
/// `{"b64": …}`, of a model that gives numbers. `custom` sends its body as it is and gives the answer as it is.
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
    reach: ConfiguredEndpoint,
}

impl TensorFlowServing {
    /// A server that nothing has been said of yet.
    #[must_use]
    pub fn builder() -> TensorFlowServingBuilder {
        TensorFlowServingBuilder::default()
    }

    async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let remote = self.reach.get()?;
        match request.task() {
            "custom" => {
                let (method, body) = custom::question(remote, request)?;
                let answer = send(remote, request, method, &body).await?;
                // Read and written again: numbers that are none are no JSON.
                let whole = answer.json()?;
                Ok(answer.with_json(&whole))
            }
            "tabular-classification" => {
                examples(remote, request, Method::Classify, answer::classes).await
            }
            "tabular-regression" => {
                examples(remote, request, Method::Regress, answer::numbers).await
            }
            "feature-extraction" => instance(remote, request, answer::features).await,
            "text-classification" | "image-classification" => {
                instance(remote, request, answer::labels).await
            }
            task => Err(remote.unsupported(task, &TASKS)),
        }
    }
}

/// Reads the form of the task out of an answer; none where it is not in there.
type Reading = fn(&Value, &Request) -> Option<Value>;

/// Asks with the rows of a table.
async fn examples(
    remote: &Endpoint,
    request: &Request,
    method: Method,
    read: Reading,
) -> Result<Response, InferenceError> {
    let body = json!({"examples": http::rows(&http::table(request)?)});
    let answer = send(remote, request, method, &body).await?;
    reading(remote, request, answer, read)
}

/// Asks with one instance.
async fn instance(
    remote: &Endpoint,
    request: &Request,
    read: Reading,
) -> Result<Response, InferenceError> {
    let parameters = http::parameters(request);
    if let Some(name) = parameters.keys().find(|name| *name != "top_k") {
        return Err(remote.unfit(format_args!(
            "a model there has no parameter like `{name}`; help: take it out of `parameters(…)`, or ask by `custom`"
        )));
    }
    let input = match request.payload() {
        Payload::Json(_) => http::input(request),
        Payload::Media(media) => json!({"b64": media.to_base64()}),
    };
    let body = json!({"instances": [input]});
    let answer = send(remote, request, Method::Predict, &body).await?;
    reading(remote, request, answer, read)
}

async fn send(
    remote: &Endpoint,
    request: &Request,
    method: Method,
    body: &Value,
) -> Result<Answer, InferenceError> {
    let url = route::url(remote, request.model(), method)?;
    remote.ask(remote.post(url, body.to_string())).await
}

fn reading(
    remote: &Endpoint,
    request: &Request,
    answer: Answer,
    read: Reading,
) -> Result<Response, InferenceError> {
    let whole = answer.json()?;
    match read(&whole, request) {
        Some(canonical) => Ok(answer.with_json(&canonical)),
        None => Err(remote.unexpected(format_args!(
            "nothing that `{}` could be read from; help: ask by `custom`, and read the answer yourself",
            request.task()
        ))),
    }
}

impl Backend for TensorFlowServing {
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
