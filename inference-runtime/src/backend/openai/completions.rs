//! `/completions`: text that goes on.

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

/// Parameters of the task that have another name here.
const RENAMED: [(&str, &str); 3] = [
    ("max_new_tokens", "max_tokens"),
    ("return_full_text", "echo"),
    ("truncate", "truncate_prompt_tokens"),
];

/// What a whole answer says without being asked.
const IMPLIED: [&str; 1] = ["details"];

/// Parameters that only Text Generation Inference has.
const FOREIGN: [&str; 5] = [
    "adapter_id",
    "decoder_input_details",
    "grammar",
    "top_n_tokens",
    "watermark",
];

pub(super) async fn ask(remote: &Endpoint, request: &Request) -> Result<Response, InferenceError> {
    let mut answer = remote.ask(question(remote, request, false)?).await?;
    answer.facts.usage = openai_wire::counted(&answer.body).or(answer.facts.usage);
    Ok(answer.into_response())
}

pub(super) fn question(
    remote: &Endpoint,
    request: &Request,
    stream: bool,
) -> Result<RequestBuilder, InferenceError> {
    let mut body = Map::new();
    body.insert("model".to_owned(), request.model().into());
    body.insert("prompt".to_owned(), http::text(request)?.into());
    body.extend(parameters(remote, http::parameters(request))?);
    body.insert("stream".to_owned(), stream.into());
    let url = route::versioned(remote.base(), &["completions"]);
    Ok(remote.post(url, Value::Object(body).to_string()))
}

fn parameters(
    remote: &Endpoint,
    mut parameters: Map<String, Value>,
) -> Result<Map<String, Value>, InferenceError> {
    for name in FOREIGN {
        if parameters.contains_key(name) {
            return Err(remote.unfit(format_args!(
                "it has no parameter like `{name}`; help: take it out of `parameters(…)`, or take a backend of the kind `tgi`"
            )));
        }
    }
    for name in IMPLIED {
        parameters.remove(name);
    }
    for (name, here) in RENAMED {
        if let Some(value) = parameters.remove(name) {
            parameters.insert(here.to_owned(), value);
        }
    }
    // The likeliest token is what a temperature of zero draws.
    if parameters.remove("do_sample") == Some(Value::Bool(false)) {
        parameters.insert("temperature".to_owned(), 0.into());
    }
    Ok(parameters)
}
