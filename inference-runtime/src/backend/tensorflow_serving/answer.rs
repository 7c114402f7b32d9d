//! The forms of the tasks, out of the answers of the methods.

use serde_json::Value;

use crate::backend::{
    Request,
    http::{self, Labels},
};

/// `:classify`: for each example its classes with their scores, of which the best is taken.
pub(super) fn classes(whole: &Value, _: &Request) -> Option<Value> {
    results(whole)?
        .iter()
        .map(|classes| Some(Value::from(Labels::of_pairs(classes)?.best())))
        .collect()
}

/// `:regress`: a number for each example.
pub(super) fn numbers(whole: &Value, _: &Request) -> Option<Value> {
    let numbers = results(whole)?;
    numbers
        .iter()
        .all(Value::is_number)
        .then(|| numbers.clone().into())
}

/// `:predict`: the features of the one instance.
pub(super) fn features(whole: &Value, _: &Request) -> Option<Value> {
    let prediction = prediction(whole)?;
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

/// `:predict`: the labels of the one instance.
pub(super) fn labels(whole: &Value, request: &Request) -> Option<Value> {
    let prediction = prediction(whole)?;
    let labels = match prediction {
        Value::Object(outputs) => {
            let scores = ["scores", "probabilities", "logits"]
                .iter()
                .find_map(|name| outputs.get(*name));
            let classes = ["classes", "labels"]
                .iter()
                .find_map(|name| outputs.get(*name));
            match (classes, scores) {
                (Some(classes), Some(scores)) => Labels::of_columns(classes, scores)?,
                (None, Some(scores)) => Labels::of_scores(scores)?,
                (_, None) if outputs.len() == 1 => Labels::of_scores(outputs.values().next()?)?,
                _ => return None,
            }
        }
        number @ Value::Number(_) => Labels::of_scores(&vec![number.clone()].into())?,
        scores => Labels::of_scores(scores)?,
    };
    Some(labels.canonical(&http::parameters(request)))
}

/// The documentation prints both names.
fn results(whole: &Value) -> Option<&Vec<Value>> {
    [&whole["results"], &whole["result"]]
        .into_iter()
        .find_map(Value::as_array)
}

/// The prediction of the one instance: by rows, or by columns of one row.
fn prediction(whole: &Value) -> Option<&Value> {
    match whole["predictions"].as_array().map(Vec::as_slice) {
        Some([one]) => Some(one),
        Some(_) => None,
        None => whole.get("outputs"),
    }
}
