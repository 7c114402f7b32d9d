//! The routes that take many texts: more than the server takes at once go in several calls, one after the other.

use serde::Deserialize;
use serde_json::{Value, json};

use super::send;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Answer, Endpoint},
    },
};

#[derive(Deserialize)]
struct Ranking {
    query: String,
    texts: Vec<String>,
}

#[derive(Deserialize)]
struct Sentences {
    source_sentence: String,
    sentences: Vec<String>,
}

/// `/rerank`. The scores of one query's texts do not depend on each other, so those of several calls are one ranking.
pub(super) async fn rank(
    remote: &Endpoint,
    request: &Request,
    max_batch: usize,
) -> Result<Response, InferenceError> {
    let parameters = http::parameters(request);
    let Ranking { query, texts } = input(remote, request)?;
    merged(remote, "rerank", &texts, max_batch, |texts| {
        let mut body = json!({"query": query, "texts": texts});
        if let Value::Object(body) = &mut body {
            body.extend(parameters.clone());
        }
        body
    })
    .await
}

/// `/similarity`.
pub(super) async fn compare(
    remote: &Endpoint,
    request: &Request,
    max_batch: usize,
) -> Result<Response, InferenceError> {
    let parameters = http::parameters(request);
    let Sentences {
        source_sentence,
        sentences,
    } = input(remote, request)?;
    // The source is one of the texts that the server counts.
    let max_batch = max_batch.saturating_sub(1).max(1);
    merged(remote, "similarity", &sentences, max_batch, |sentences| {
        let mut body =
            json!({"inputs": {"source_sentence": source_sentence, "sentences": sentences}});
        if !parameters.is_empty() {
            body["parameters"] = Value::Object(parameters.clone());
        }
        body
    })
    .await
}

fn input<'de, T: Deserialize<'de>>(
    remote: &Endpoint,
    request: &Request,
) -> Result<T, InferenceError> {
    T::deserialize(http::input(request)).map_err(|_: serde_json::Error| {
        remote.unfit("the input is none of the task; help: take the task's own input type")
    })
}

async fn merged(
    remote: &Endpoint,
    route: &str,
    texts: &[String],
    max_batch: usize,
    body: impl Fn(&[String]) -> Value,
) -> Result<Response, InferenceError> {
    if texts.len() <= max_batch {
        let answer = send(remote, route, body(texts).to_string()).await?;
        return Ok(answer.into_response());
    }
    let mut items = Vec::with_capacity(texts.len());
    let mut last: Option<Answer> = None;
    for batch in texts.chunks(max_batch) {
        let begin = items.len();
        let answer = send(remote, route, body(batch).to_string()).await?;
        let Value::Array(answers) = answer.json()? else {
            return Err(remote.unexpected("something else than a list"));
        };
        if answers.len() != batch.len() {
            return Err(remote.unexpected(format_args!(
                "{} items for {} texts",
                answers.len(),
                batch.len()
            )));
        }
        items.extend(answers.into_iter().map(|item| at(item, begin)));
        last = Some(answer);
    }
    Ok(match last {
        Some(answer) => answer.with_json(&Value::Array(items)),
        None => Response::json(&Value::Array(items)),
    })
}

/// A ranked text, counted from the first of all texts and not of its batch.
fn at(mut item: Value, begin: usize) -> Value {
    if let Some(index) = item.get("index").and_then(Value::as_u64) {
        item["index"] = (index + begin as u64).into();
    }
    item
}
