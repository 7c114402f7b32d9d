//! The route `/embeddings`.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::route;
use crate::{
    InferenceError,
    backend::{
        Request, Response, Usage,
        http::{self, Endpoint},
        openai_wire,
    },
};

pub(super) async fn call(
    endpoint: &Endpoint,
    request: &Request,
    base64: bool,
) -> Result<Response, InferenceError> {
    let mut parameters = http::parameters(request);
    let normalize = parameters.remove("normalize") == Some(Value::Bool(true));
    let dimensions = parameters.remove("dimensions");
    if let Some(name) = parameters.keys().next() {
        return Err(endpoint.unsupported_request(format_args!(
            "it has no parameter `{name}` for embeddings; help: remove it from `parameters(…)`, or use a backend of the kind `tei`"
        )));
    }
    let input = http::input(request);
    let is_list = input.is_array();
    let mut body = json!({"model": request.model(), "input": input});
    if let Some(dimensions) = dimensions {
        body["dimensions"] = dimensions;
    }
    if base64 {
        body["encoding_format"] = "base64".into();
    }
    let url = route::versioned(endpoint.base(), &["embeddings"]);
    let mut response = endpoint.send(endpoint.post(url, body.to_string())).await?;
    response.meta.usage = openai_wire::usage(&response.body)
        // An embedding has no output tokens.
        .map(|usage| Usage {
            output_tokens: None,
            ..usage
        })
        .or(response.meta.usage);
    if !normalize && !is_list {
        return Ok(response.into_response());
    }
    let mut json = response.json()?;
    let Value::Array(mut items) = json["data"].take() else {
        return Err(endpoint.unexpected("no `data`"));
    };
    if normalize {
        for item in &mut items {
            if let Some(vector) = vector(&item["embedding"]) {
                item["embedding"] = normalized(&vector).into();
            }
        }
    }
    if !is_list {
        return Ok(response.with_json(&json!({"data": items})));
    }
    items.sort_by_key(|item| item["index"].as_u64());
    let each = items.into_iter().map(|item| json!({"data": [item]}));
    Ok(response.with_json(&each.collect()))
}

/// Returns the numbers of an embedding in either form; `None` if they are invalid, which the task reports when it decodes.
fn vector(embedding: &Value) -> Option<Vec<f64>> {
    if let Some(encoded) = embedding.as_str() {
        let bytes = BASE64_STANDARD.decode(encoded).ok()?;
        let (numbers, _) = bytes.as_chunks::<4>();
        return Some(
            numbers
                .iter()
                .map(|bytes| f64::from(f32::from_le_bytes(*bytes)))
                .collect(),
        );
    }
    embedding.as_array()?.iter().map(Value::as_f64).collect()
}

/// Scales a vector to length 1. The protocol has no `normalize`: most models return such vectors, but not all.
fn normalized(vector: &[f64]) -> Vec<f64> {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 {
        vector.iter().map(|x| x / length).collect()
    } else {
        vector.to_vec()
    }
}
