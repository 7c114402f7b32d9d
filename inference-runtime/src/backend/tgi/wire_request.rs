//! Builds the requests.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::TASKS;
use crate::{
    InferenceError,
    backend::{
        Request,
        http::{self, Endpoint},
        openai_wire,
    },
};

pub(super) fn build(
    endpoint: &Endpoint,
    request: &Request,
    stream: bool,
) -> Result<RequestBuilder, InferenceError> {
    match request.task() {
        "text-generation" => {
            let route = if stream {
                "generate_stream"
            } else {
                "generate"
            };
            let body = generation(request, stream)?;
            Ok(endpoint.post(endpoint.url([route]), body))
        }
        "chat-completion" => {
            let body = openai_wire::chat_body(
                request.model(),
                http::messages(request),
                request.parameters().get(),
                stream,
            );
            Ok(endpoint.post(endpoint.url(["v1", "chat", "completions"]), body))
        }
        task => Err(endpoint.unsupported(task, &TASKS)),
    }
}

/// Writes the body for `/generate` and `/generate_stream`; the parameters have the same names as the task's.
fn generation(request: &Request, stream: bool) -> Result<String, InferenceError> {
    let mut parameters = http::parameters(request);
    if stream {
        // Without the details the last chunk has no finish reason.
        parameters
            .entry("details")
            .or_insert_with(|| Value::Bool(true));
    }
    let mut body = json!({"inputs": http::text(request)?});
    if !parameters.is_empty() {
        body["parameters"] = Value::Object(parameters);
    }
    Ok(body.to_string())
}
