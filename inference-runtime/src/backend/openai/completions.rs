//! The route `/completions`, for text generation.

use reqwest::RequestBuilder;
use serde_json::{Map, Value};

use super::route;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint},
        openai_wire,
    },
};

/// Parameters of the task that have another name in OpenAI's protocol.
const RENAMED_PARAMETERS: [(&str, &str); 3] = [
    ("max_new_tokens", "max_tokens"),
    ("return_full_text", "echo"),
    ("truncate", "truncate_prompt_tokens"),
];

/// Parameters for details that every response of this route has.
const IMPLIED_PARAMETERS: [&str; 1] = ["details"];

/// Parameters that only Text Generation Inference has.
const TGI_PARAMETERS: [&str; 5] = [
    "adapter_id",
    "decoder_input_details",
    "grammar",
    "top_n_tokens",
    "watermark",
];

pub(super) async fn call(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<Response, InferenceError> {
    let mut response = endpoint
        .send(build_request(endpoint, request, false)?)
        .await?;
    response.meta.usage = openai_wire::usage(&response.body).or(response.meta.usage);
    Ok(response.into_response())
}

pub(super) fn build_request(
    endpoint: &Endpoint,
    request: &Request,
    stream: bool,
) -> Result<RequestBuilder, InferenceError> {
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model().into());
    body.insert("prompt".to_owned(), http::text(request)?.into());
    body.extend(parameters(endpoint, http::parameters(request))?);
    body.insert("stream".to_owned(), stream.into());
    let url = route::versioned(endpoint.base(), &["completions"]);
    Ok(endpoint.post(url, Value::Object(body).to_string()))
}

fn parameters(
    endpoint: &Endpoint,
    mut parameters: Map<String, Value>,
) -> Result<Map<String, Value>, InferenceError> {
    for name in TGI_PARAMETERS {
        if parameters.contains_key(name) {
            return Err(endpoint.unsupported_request(format_args!(
                "it has no parameter `{name}`; help: remove it from `parameters(…)`, or use a backend of the kind `tgi`"
            )));
        }
    }
    for name in IMPLIED_PARAMETERS {
        parameters.remove(name);
    }
    for (name, renamed) in RENAMED_PARAMETERS {
        if let Some(value) = parameters.remove(name) {
            parameters.insert(renamed.to_owned(), value);
        }
    }
    // A temperature of zero selects the most likely token.
    if parameters.remove("do_sample") == Some(Value::Bool(false)) {
        parameters.insert("temperature".to_owned(), 0.into());
    }
    Ok(parameters)
}
