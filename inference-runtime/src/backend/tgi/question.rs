//! What is sent.

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

pub(super) fn write(
    remote: &Endpoint,
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
            Ok(remote.post(remote.url([route]), body))
        }
        "chat-completion" => {
            let body = openai_wire::chat_body(
                request.model(),
                http::messages(request),
                request.parameters().get(),
                stream,
            );
            Ok(remote.post(remote.url(["v1", "chat", "completions"]), body))
        }
        task => Err(remote.unsupported(task, &TASKS)),
    }
}

/// The parameters have the names of the task's own. The route says whether it is streamed.
fn generation(request: &Request, stream: bool) -> Result<String, InferenceError> {
    let mut parameters = http::parameters(request);
    if stream {
        // Without them the last piece does not say why it is the last.
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
