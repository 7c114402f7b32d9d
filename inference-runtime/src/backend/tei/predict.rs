//! `/predict`.

use serde_json::{Map, Value};

use super::{question::with_inputs, send};
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint},
    },
};

/// Asks for the labels of a text, or of each text in a list.
pub(super) async fn ask(remote: &Endpoint, request: &Request) -> Result<Response, InferenceError> {
    let mut parameters = http::parameters(request);
    let top_k = parameters.remove("top_k").and_then(|top| top.as_u64());
    let inputs = unmistakable(http::input(request));
    let body = with_inputs(inputs, scores(remote, parameters)?);
    let answer = send(remote, "predict", body).await?;
    let Some(top_k) = top_k.and_then(|top| usize::try_from(top).ok()) else {
        return Ok(answer.into_response());
    };
    let mut labels = answer.json()?;
    truncate(&mut labels, top_k);
    Ok(answer.with_json(&labels))
}

/// A text alone is one text. Texts in a list are each in a list of their own: a flat list of two is a pair, and one of
/// three an error.
fn unmistakable(inputs: Value) -> Value {
    match inputs {
        Value::Array(texts) => texts
            .into_iter()
            .map(|text| Value::Array(vec![text]))
            .collect(),
        text => text,
    }
}

/// The server knows no `top_k`: it gives all labels, of each text the best first.
fn truncate(labels: &mut Value, top_k: usize) {
    let Value::Array(items) = labels else { return };
    if items.iter().all(Value::is_array) {
        items.iter_mut().for_each(|labels| truncate(labels, top_k));
    } else {
        items.truncate(top_k);
    }
}

/// `function_to_apply` in the server's words, which knows its model's own function and none.
fn scores(
    remote: &Endpoint,
    mut parameters: Map<String, Value>,
) -> Result<Map<String, Value>, InferenceError> {
    match parameters.remove("function_to_apply") {
        None => {}
        Some(function) if function == "none" => {
            parameters.insert("raw_scores".to_owned(), true.into());
        }
        Some(function) => {
            return Err(remote.unfit(format_args!(
                "it cannot apply {function}; help: take `function_to_apply` out, or set it to `none`"
            )));
        }
    }
    Ok(parameters)
}
