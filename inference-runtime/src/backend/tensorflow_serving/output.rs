//! Converts the responses of the methods to the outputs of tasks.

use serde_json::Value;

use crate::backend::{
    Request,
    http::{self, Labels},
};

/// Reads a response of `:classify`: the best class of each example.
pub(super) fn classes(json: &Value, _: &Request) -> Option<Value> {
    results(json)?
        .iter()
        .map(|classes| Some(Value::from(Labels::from_pairs(classes)?.best())))
        .collect()
}

/// Reads a response of `:regress`: a number for each example.
pub(super) fn numbers(json: &Value, _: &Request) -> Option<Value> {
    let numbers = results(json)?;
    numbers
        .iter()
        .all(Value::is_number)
        .then(|| numbers.clone().into())
}

/// Reads a response of `:predict`: the features of the one instance.
pub(super) fn features(json: &Value, _: &Request) -> Option<Value> {
    let prediction = prediction(json)?;
    match prediction {
        Value::Object(outputs) => {
            let named = ["embedding", "embeddings", "outputs", "output_0", "default"]
                .iter()
                .find_map(|name| outputs.get(*name));
            let only = || outputs.values().next().filter(|_| outputs.len() == 1);
            named.or_else(only).cloned()
        }
        Value::Array(_) => Some(prediction.clone()),
        _ => None,
    }
}

/// Reads a response of `:predict`: the labels of the one instance.
pub(super) fn labels(json: &Value, request: &Request) -> Option<Value> {
    let prediction = prediction(json)?;
    let labels = match prediction {
        Value::Object(outputs) => {
            let scores = ["scores", "probabilities", "logits"]
                .iter()
                .find_map(|name| outputs.get(*name));
            let classes = ["classes", "labels"]
                .iter()
                .find_map(|name| outputs.get(*name));
            match (classes, scores) {
                (Some(classes), Some(scores)) => Labels::from_columns(classes, scores)?,
                (None, Some(scores)) => Labels::from_scores(scores)?,
                (_, None) if outputs.len() == 1 => Labels::from_scores(outputs.values().next()?)?,
                _ => return None,
            }
        }
        number @ Value::Number(_) => Labels::from_scores(&vec![number.clone()].into())?,
        scores => Labels::from_scores(scores)?,
    };
    Some(labels.canonical(&http::parameters(request)))
}

/// Returns the results. The documentation has both names.
fn results(json: &Value) -> Option<&Vec<Value>> {
    [&json["results"], &json["result"]]
        .into_iter()
        .find_map(Value::as_array)
}

/// Returns the prediction of the one instance: in the row format, or in the column format.
fn prediction(json: &Value) -> Option<&Value> {
    match json["predictions"].as_array().map(Vec::as_slice) {
        Some([one]) => Some(one),
        Some(_) => None,
        None => json.get("outputs"),
    }
}
