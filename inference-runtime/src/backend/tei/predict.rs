//! The route `/predict`.

use serde_json::{Map, Value};

use super::{body::with_inputs, send};
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint},
    },
};

/// Requests the labels of a text, or of each text in a list.
pub(super) async fn call(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<Response, InferenceError> {
    let mut parameters = http::parameters(request);
    let top_k = parameters.remove("top_k").and_then(|top| top.as_u64());
    let inputs = unambiguous(http::input(request));
    let body = with_inputs(inputs, score_parameters(endpoint, parameters)?);
    let response = send(endpoint, "predict", body).await?;
    let Some(top_k) = top_k.and_then(|top| usize::try_from(top).ok()) else {
        return Ok(response.into_response());
    };
    let mut labels = response.json()?;
    truncate(&mut labels, top_k);
    Ok(response.with_json(&labels))
}

/// Wraps each text of a list in a list of its own: the server reads a flat list of two texts as a pair, and refuses one of
/// three.
fn unambiguous(inputs: Value) -> Value {
    match inputs {
        Value::Array(texts) => texts
            .into_iter()
            .map(|text| Value::Array(vec![text]))
            .collect(),
        text => text,
    }
}

/// Truncates the labels of each text. The server has no `top_k`: it returns all labels, the best first.
fn truncate(labels: &mut Value, top_k: usize) {
    let Value::Array(items) = labels else { return };
    if items.iter().all(Value::is_array) {
        items.iter_mut().for_each(|labels| truncate(labels, top_k));
    } else {
        items.truncate(top_k);
    }
}

/// Replaces `function_to_apply` by the server's parameter: it applies either its model's own function or none.
fn score_parameters(
    endpoint: &Endpoint,
    mut parameters: Map<String, Value>,
) -> Result<Map<String, Value>, InferenceError> {
    match parameters.remove("function_to_apply") {
        None => {}
        Some(function) if function == "none" => {
            parameters.insert("raw_scores".to_owned(), true.into());
        }
        Some(function) => {
            return Err(endpoint.unsupported_request(format_args!(
                "it cannot apply {function}; help: remove `function_to_apply`, or set it to `none`"
            )));
        }
    }
    Ok(parameters)
}
