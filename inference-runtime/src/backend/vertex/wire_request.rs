//! Builds the requests.

use reqwest::{RequestBuilder, Url};
use serde_json::{Map, Value, json};

use super::{TASKS, route::Location};
use crate::{
    InferenceError,
    backend::{
        Request,
        http::{self, Endpoint},
        openai_wire,
    },
};

/// A URL and a body, which can be sent more than once.
pub(super) struct WireRequest {
    url: Url,
    body: String,
}

impl WireRequest {
    pub(super) fn new(
        endpoint: &Endpoint,
        location: &Location,
        request: &Request,
        stream: bool,
    ) -> Result<Self, InferenceError> {
        let model = request.model();
        let (url, body) = match request.task() {
            "chat-completion" => {
                let (url, model) = location.chat(endpoint, model);
                let messages = http::messages(request);
                let parameters = request.parameters().get();
                (
                    url,
                    openai_wire::chat_body(model, messages, parameters, stream),
                )
            }
            "custom" => {
                let (method, body) = custom(request);
                (location.predict(endpoint, model, method)?, body.to_string())
            }
            "tabular-classification" | "tabular-regression" => {
                let rows = http::rows(&http::table(request)?);
                let body = json!({"instances": rows});
                (
                    location.predict(endpoint, model, "predict")?,
                    body.to_string(),
                )
            }
            task if TASKS.contains(&task) => {
                let body = json!({"instances": [instance(request)]});
                (
                    location.predict(endpoint, model, "predict")?,
                    body.to_string(),
                )
            }
            task => return Err(endpoint.unsupported(task, &TASKS)),
        };
        Ok(Self { url, body })
    }

    pub(super) fn post(&self, endpoint: &Endpoint) -> RequestBuilder {
        endpoint.post(self.url.clone(), self.body.clone())
    }
}

/// Returns an instance for Hugging Face's containers: the same body as outside Vertex.
fn instance(request: &Request) -> Value {
    let inputs = http::input(request);
    let parameters = http::parameters(request);
    let mut instance = match (request.task(), inputs) {
        ("text-ranking", Value::Object(ranking)) => ranking,
        (_, inputs) => Map::from_iter([("inputs".to_owned(), inputs)]),
    };
    if request.parameters_at_root() || request.task() == "text-ranking" {
        instance.extend(parameters);
    } else if !parameters.is_empty() {
        instance.insert("parameters".to_owned(), parameters.into());
    }
    instance.into()
}

/// Returns the body unchanged for `:rawPredict`; for `:predict` with `instances`, made of the input if it has none.
fn custom(request: &Request) -> (&'static str, Value) {
    let mut parameters = http::parameters(request);
    let raw = parameters.remove("raw") == Some(Value::Bool(true));
    let input = http::input(request);
    if raw {
        return ("rawPredict", input);
    }
    let mut body = match input {
        Value::Object(body) if body.contains_key("instances") => body,
        Value::Array(instances) => Map::from_iter([("instances".to_owned(), instances.into())]),
        instance => Map::from_iter([("instances".to_owned(), vec![instance].into())]),
    };
    if !parameters.is_empty() {
        body.insert("parameters".to_owned(), parameters.into());
    }
    ("predict", body.into())
}
