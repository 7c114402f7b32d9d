//! The forms of the tasks, out of predictions.

use serde_json::{Value, json};

use crate::{
    InferenceError,
    backend::{
        Request,
        http::{Endpoint, Labels},
    },
};

pub(super) fn canonical(
    remote: &Endpoint,
    request: &Request,
    mut whole: Value,
) -> Result<Value, InferenceError> {
    if request.task() == "custom" {
        return Ok(whole);
    }
    let Value::Array(mut predictions) = whole["predictions"].take() else {
        return Err(remote.unexpected("no `predictions`"));
    };
    if request.task().starts_with("tabular-") {
        return Ok(predictions.into_iter().map(row).collect());
    }
    match (predictions.pop(), predictions.len()) {
        // As Text Generation Inference answers there.
        (Some(Value::String(text)), 0) if request.task() == "text-generation" => {
            Ok(json!([{"generated_text": text}]))
        }
        (Some(one), 0) => Ok(one),
        // Containers that take one instance for the whole question answer with the items.
        (Some(last), _) => {
            predictions.push(last);
            Ok(predictions.into())
        }
        (None, _) => Err(remote.unexpected("no prediction")),
    }
}

/// A row's prediction: as it is, or out of the objects of AutoML's models.
fn row(prediction: Value) -> Value {
    if let Some(labels) = Labels::of_columns(&prediction["classes"], &prediction["scores"]) {
        return labels.best().into();
    }
    match prediction.get("value") {
        Some(value) => value.clone(),
        None => prediction,
    }
}
