//! The routes that accept many texts: more texts than the server accepts at once are sent in several consecutive calls.

use serde::Deserialize;
use serde_json::{Value, json};

use super::send;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint, HttpResponse},
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

/// Calls `/rerank`. The scores of texts do not depend on each other, so those of several calls make one ranking.
pub(super) async fn rank(
    endpoint: &Endpoint,
    request: &Request,
    max_batch: usize,
) -> Result<Response, InferenceError> {
    let parameters = http::parameters(request);
    let Ranking { query, texts } = input(endpoint, request)?;
    merged(endpoint, "rerank", &texts, max_batch, |texts| {
        let mut body = json!({"query": query, "texts": texts});
        if let Value::Object(body) = &mut body {
            body.extend(parameters.clone());
        }
        body
    })
    .await
}

/// Calls `/similarity`.
pub(super) async fn compare(
    endpoint: &Endpoint,
    request: &Request,
    max_batch: usize,
) -> Result<Response, InferenceError> {
    let parameters = http::parameters(request);
    let Sentences {
        source_sentence,
        sentences,
    } = input(endpoint, request)?;
    // The server counts the source as one of the texts.
    let max_batch = max_batch.saturating_sub(1).max(1);
    merged(endpoint, "similarity", &sentences, max_batch, |sentences| {
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
    endpoint: &Endpoint,
    request: &Request,
) -> Result<T, InferenceError> {
    T::deserialize(http::input(request)).map_err(|_: serde_json::Error| {
        endpoint.unsupported_request(
            "the input is not that of the task; help: use the task's own input type",
        )
    })
}

async fn merged(
    endpoint: &Endpoint,
    route: &str,
    texts: &[String],
    max_batch: usize,
    body: impl Fn(&[String]) -> Value,
) -> Result<Response, InferenceError> {
    if texts.len() <= max_batch {
        let response = send(endpoint, route, body(texts).to_string()).await?;
        return Ok(response.into_response());
    }
    let mut items = Vec::with_capacity(texts.len());
    let mut last: Option<HttpResponse> = None;
    for batch in texts.chunks(max_batch) {
        let offset = items.len();
        let response = send(endpoint, route, body(batch).to_string()).await?;
        let Value::Array(batch_items) = response.json()? else {
            return Err(endpoint.unexpected("something other than a list"));
        };
        if batch_items.len() != batch.len() {
            return Err(endpoint.unexpected(format_args!(
                "{} items for {} texts",
                batch_items.len(),
                batch.len()
            )));
        }
        items.extend(
            batch_items
                .into_iter()
                .map(|item| shift_index(item, offset)),
        );
        last = Some(response);
    }
    Ok(match last {
        Some(response) => response.with_json(&Value::Array(items)),
        None => Response::json(&Value::Array(items)),
    })
}

/// Changes the index of a ranked text from its batch to all texts.
fn shift_index(mut item: Value, offset: usize) -> Value {
    if let Some(index) = item.get("index").and_then(Value::as_u64) {
        item["index"] = (index + offset as u64).into();
    }
    item
}
