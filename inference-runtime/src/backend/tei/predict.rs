//! `/predict`.

use serde_json::{Map, Value};

use super::{question::with_inputs, send};
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Remote},
    },
};

/// Asks for the labels of a text.
pub(super) async fn ask(remote: &Remote, request: &Request) -> Result<Response, InferenceError> {
    let mut parameters = http::parameters(request);
    let top_k = parameters.remove("top_k").and_then(|top| top.as_u64());
    // A text alone is the one form that cannot be taken for another: a flat array of one is a text, of two is a
    // pair, of three is an error.
    let text = http::text(request)?;
    let body = with_inputs(text.into(), scores(remote, parameters)?);
    let answer = send(remote, "predict", body).await?;
    let Some(top_k) = top_k.and_then(|top| usize::try_from(top).ok()) else {
        return Ok(answer.into_response());
    };
    // The server knows no `top_k`: it gives all labels, the best first.
    let mut labels = answer.json()?;
    if let Value::Array(labels) = &mut labels {
        labels.truncate(top_k);
    }
    Ok(answer.with_json(&labels))
}

/// `function_to_apply` in the server's words, which knows its model's own function and none.
fn scores(
    remote: &Remote,
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
