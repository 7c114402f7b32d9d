//! Converts predictions to the outputs of tasks.

use serde_json::{Value, json};

use crate::{
    InferenceError,
    backend::{
        Request,
        http::{Endpoint, Labels},
    },
};

pub(super) fn to_output(
    endpoint: &Endpoint,
    request: &Request,
    mut json: Value,
) -> Result<Value, InferenceError> {
    if request.task() == "custom" {
        return Ok(json);
    }
    let Value::Array(mut predictions) = json["predictions"].take() else {
        return Err(endpoint.unexpected("no `predictions`"));
    };
    if request.task().starts_with("tabular-") {
        return Ok(predictions.into_iter().map(row).collect());
    }
    match (predictions.pop(), predictions.len()) {
        // The form of Text Generation Inference on Vertex.
        (Some(Value::String(text)), 0) if request.task() == "text-generation" => {
            Ok(json!([{"generated_text": text}]))
        }
        (Some(one), 0) => Ok(one),
        // Containers that accept one instance for the whole request return the items of its answer.
        (Some(last), _) => {
            predictions.push(last);
            Ok(predictions.into())
        }
        (None, _) => Err(endpoint.unexpected("an empty list of predictions")),
    }
}

/// Returns the prediction for a row: unchanged, or the value in the objects of AutoML's models.
fn row(prediction: Value) -> Value {
    if let Some(labels) = Labels::from_columns(&prediction["classes"], &prediction["scores"]) {
        return labels.best().into();
    }
    match prediction.get("value") {
        Some(value) => value.clone(),
        None => prediction,
    }
}
