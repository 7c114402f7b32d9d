//! Converts output tensors to the outputs of tasks.

use serde::Deserialize;
use serde_json::{Value, json};

use super::tensor::Output;
use crate::{
    InferenceError,
    backend::{
        Request,
        http::{self, Endpoint, Labels},
    },
};

pub(super) fn to_output(
    endpoint: &Endpoint,
    request: &Request,
    json: &Value,
) -> Result<Value, InferenceError> {
    let outputs = Vec::<Output>::deserialize(&json["outputs"])
        .map_err(|error| endpoint.unexpected("no tensors").with_source(error))?;
    let task = request.task();
    let found = match task {
        "text-classification" => labels(&outputs, request),
        "feature-extraction" => features(&outputs),
        "text-generation" => text(&outputs, "generated_text"),
        "summarization" => text(&outputs, "summary_text"),
        "translation" => text(&outputs, "translation_text"),
        _ => rows(&outputs),
    };
    found.ok_or_else(|| {
        endpoint.unexpected(format_args!(
            "no output that `{task}` can be read from; help: use the task `custom`, and read the tensors yourself"
        ))
    })
}

/// Reads classes beside their scores; JSON objects, as MLServer returns those of a pipeline; `score:index:class`, as
/// Triton returns those of its classification; or bare scores.
fn labels(outputs: &[Output], request: &Request) -> Option<Value> {
    let parameters = http::parameters(request);
    let texts = outputs.iter().find(|output| output.datatype.is_text());
    let scores = numeric(
        outputs,
        &["scores", "score", "probabilities", "probability", "logits"],
    );
    if let Some(texts) = texts {
        let texts = texts.flat();
        if let Some(scores) = scores {
            let columns = |items: Vec<&Value>| items.into_iter().cloned().collect::<Value>();
            return Some(
                Labels::from_columns(&columns(texts), &columns(scores.flat()))?
                    .canonical(&parameters),
            );
        }
        if let Some(pairs) = texts
            .iter()
            .map(|text| triton_pair(text))
            .collect::<Option<Vec<_>>>()
        {
            return Some(Labels::from_pairs(&pairs.into())?.canonical(&parameters));
        }
        let objects: Vec<_> = texts.iter().filter_map(|text| json_in_text(text)).collect();
        return match objects.as_slice() {
            [] => None,
            // One text may hold the list of all objects.
            [list @ Value::Array(_)] => Some(list.clone()),
            _ => Some(objects.into()),
        };
    }
    let scores = scores?;
    Some(Labels::from_scores(&scores.flat().into_iter().cloned().collect())?.canonical(&parameters))
}

/// Parses Triton's `0.9:3:cat` as a pair of class and score.
fn triton_pair(text: &Value) -> Option<Value> {
    let mut parts = text.as_str()?.splitn(3, ':');
    let score: f64 = parts.next()?.parse().ok()?;
    let index: u64 = parts.next()?.parse().ok()?;
    let name = parts
        .next()
        .map_or_else(|| format!("LABEL_{index}"), str::to_owned);
    Some(json!([name, score]))
}

fn features(outputs: &[Output]) -> Option<Value> {
    let names = [
        "embedding",
        "embeddings",
        "sentence_embedding",
        "last_hidden_state",
        "output_0",
    ];
    if let Some(vectors) = numeric(outputs, &names) {
        return vectors.nested();
    }
    json_in_text(outputs.first()?.flat().first()?)
}

fn text(outputs: &[Output], member: &str) -> Option<Value> {
    let texts = outputs
        .iter()
        .find(|output| output.datatype.is_text())?
        .flat();
    let text = texts.first()?.as_str()?;
    // MLServer returns the output of a pipeline as JSON in a text.
    let text = match serde_json::from_str::<Value>(text) {
        Ok(object) if object[member].is_string() => object[member].clone(),
        Ok(list) if list[0][member].is_string() => list[0][member].clone(),
        _ => text.into(),
    };
    Some(json!([{member: text}]))
}

/// Returns one element per row. If there are several per row (probabilities), the task itself refuses them.
fn rows(outputs: &[Output]) -> Option<Value> {
    let named = ["predict", "predictions", "label", "output-0", "output_0"]
        .iter()
        .find_map(|name| outputs.iter().find(|output| output.name == *name));
    named.or_else(|| outputs.first())?.nested()
}

/// Returns the tensor of numbers with the first of these names, or the only one.
fn numeric<'o>(outputs: &'o [Output], names: &[&str]) -> Option<&'o Output> {
    let mut numbers = outputs.iter().filter(|output| !output.datatype.is_text());
    let named = names
        .iter()
        .find_map(|name| numbers.clone().find(|output| output.name == *name));
    named.or_else(|| match (numbers.next(), numbers.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    })
}

/// Parses a text that contains JSON.
fn json_in_text(text: &Value) -> Option<Value> {
    serde_json::from_str(text.as_str()?)
        .ok()
        .filter(|value: &Value| value.is_object() || value.is_array())
}
