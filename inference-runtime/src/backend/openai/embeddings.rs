//! `/embeddings`.

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

pub(super) async fn ask(
    remote: &Endpoint,
    request: &Request,
    base64: bool,
) -> Result<Response, InferenceError> {
    let mut parameters = http::parameters(request);
    let normalize = parameters.remove("normalize") == Some(Value::Bool(true));
    let dimensions = parameters.remove("dimensions");
    if let Some(name) = parameters.keys().next() {
        return Err(remote.unfit(format_args!(
            "it has no parameter like `{name}` for embeddings; help: take it out of `parameters(…)`, or take a backend of the kind `tei`"
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
    let url = route::versioned(remote.base(), &["embeddings"]);
    let mut answer = remote.ask(remote.post(url, body.to_string())).await?;
    answer.facts.usage = openai_wire::counted(&answer.body)
        // No token of an embedding is an output.
        .map(|usage| Usage {
            output_tokens: None,
            ..usage
        })
        .or(answer.facts.usage);
    if !normalize && !is_list {
        return Ok(answer.into_response());
    }
    let mut whole = answer.json()?;
    let Value::Array(mut items) = whole["data"].take() else {
        return Err(remote.unexpected("no `data`"));
    };
    if normalize {
        for item in &mut items {
            if let Some(vector) = vector(&item["embedding"]) {
                item["embedding"] = of_length_one(&vector).into();
            }
        }
    }
    if !is_list {
        return Ok(answer.with_json(&json!({"data": items})));
    }
    items.sort_by_key(|item| item["index"].as_u64());
    let each = items.into_iter().map(|item| json!({"data": [item]}));
    Ok(answer.with_json(&each.collect()))
}

/// The numbers of an embedding in either form; none where they cannot be read, which the task tells in its own words.
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

/// The protocol knows no `normalize`: most models give vectors of length 1, and this makes them of the others.
fn of_length_one(vector: &[f64]) -> Vec<f64> {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 {
        vector.iter().map(|x| x / length).collect()
    } else {
        vector.to_vec()
    }
}
