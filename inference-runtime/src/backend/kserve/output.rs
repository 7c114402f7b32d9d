//! The forms of the tasks, out of the tensors of an answer.

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

pub(super) fn canonical(
    remote: &Endpoint,
    request: &Request,
    whole: &Value,
) -> Result<Value, InferenceError> {
    let outputs = Vec::<Output>::deserialize(&whole["outputs"])
        .map_err(|error| remote.unexpected("no tensors").with_source(error))?;
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
        remote.unexpected(format_args!(
            "nothing that `{task}` could be read from; help: ask by `custom`, and read the tensors yourself"
        ))
    })
}

/// Classes beside their scores; objects in JSON, as MLServer gives those of a pipeline; `score:index:class`, as Triton
/// gives those of its classification; or bare scores.
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
                Labels::of_columns(&columns(texts), &columns(scores.flat()))?
                    .canonical(&parameters),
            );
        }
        if let Some(pairs) = texts
            .iter()
            .map(|text| of_triton(text))
            .collect::<Option<Vec<_>>>()
        {
            return Some(Labels::of_pairs(&pairs.into())?.canonical(&parameters));
        }
        let objects: Vec<_> = texts.iter().filter_map(|text| embedded(text)).collect();
        return match objects.as_slice() {
            [] => None,
            // One object may hold the list of all.
            [list @ Value::Array(_)] => Some(list.clone()),
            _ => Some(objects.into()),
        };
    }
    let scores = scores?;
    Some(Labels::of_scores(&scores.flat().into_iter().cloned().collect())?.canonical(&parameters))
}

/// `0.9:3:cat`.
fn of_triton(text: &Value) -> Option<Value> {
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
    embedded(outputs.first()?.flat().first()?)
}

fn text(outputs: &[Output], member: &str) -> Option<Value> {
    let texts = outputs
        .iter()
        .find(|output| output.datatype.is_text())?
        .flat();
    let text = texts.first()?.as_str()?;
    // MLServer gives what a pipeline gives, as JSON in a text.
    let text = match serde_json::from_str::<Value>(text) {
        Ok(object) if object[member].is_string() => object[member].clone(),
        Ok(list) if list[0][member].is_string() => list[0][member].clone(),
        _ => text.into(),
    };
    Some(json!([{member: text}]))
}

/// One element for each row; of probabilities for each row the task itself says that they are none.
fn rows(outputs: &[Output]) -> Option<Value> {
    let named = ["predict", "predictions", "label", "output-0", "output_0"]
        .iter()
        .find_map(|name| outputs.iter().find(|output| output.name == *name));
    named.or_else(|| outputs.first())?.nested()
}

/// The tensor of numbers with the first of these names, or the only one.
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

/// JSON in a text.
fn embedded(text: &Value) -> Option<Value> {
    serde_json::from_str(text.as_str()?)
        .ok()
        .filter(|value: &Value| value.is_object() || value.is_array())
}
