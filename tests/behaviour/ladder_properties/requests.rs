//! Requests for one input, for a list and for a stream, and their responses.

use std::time::Duration;

use axum::Router;
use inference_tests::client::{post_json, post_text};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    environment::{Environment, Input},
    handlers::{FALLBACK, Operation, StreamOperation},
    script::REQUEST,
};

/// A request.
#[derive(Clone, Debug)]
pub(super) enum Query {
    Single(&'static Operation, Input),
    /// Several texts with one scope.
    List(&'static Operation, Vec<&'static str>, &'static str),
    Stream(&'static StreamOperation),
}

/// A request for one input, or one item of a list, and its response.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) operation: &'static Operation,
    pub(super) input: Input,
    /// `None` for a request for one input.
    pub(super) item: Option<Item>,
    /// When the request was sent and when it was answered: by the clock, and as a position in the event log.
    pub(super) from: (Instant, usize),
    pub(super) to: (Instant, usize),
    /// The answer, or the status of an error.
    pub(super) answer: Result<Answer, u16>,
}

/// An item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Whether any item of the list was answered by a model or from the store.
    pub(super) answered: bool,
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub(super) struct Answer {
    pub(super) label: String,
    pub(super) source: String,
    pub(super) age: Option<Duration>,
    pub(super) model: Option<String>,
}

/// A request for a stream, and its response.
#[derive(Clone, Debug)]
pub(super) struct StreamExchange {
    pub(super) operation: &'static StreamOperation,
    pub(super) request: usize,
    pub(super) from: Instant,
    pub(super) to: Instant,
    /// The answer, or the status of an error.
    pub(super) answer: Result<StreamAnswer, u16>,
}

#[derive(Clone, Debug, serde::Deserialize)]
pub(super) struct StreamAnswer {
    pub(super) texts: Vec<String>,
    pub(super) failed: bool,
    /// Whether nothing followed the end or the error.
    pub(super) ended_once: bool,
    pub(super) source: String,
    pub(super) model: Option<String>,
}

#[derive(Default)]
pub(super) struct Exchanges {
    pub(super) predictions: Vec<Exchange>,
    pub(super) streams: Vec<StreamExchange>,
}

impl Exchanges {
    pub(super) fn extend(&mut self, other: Self) {
        self.predictions.extend(other.predictions);
        self.streams.extend(other.streams);
    }
}

pub(super) async fn send(environment: &Environment, app: &Router, query: Query) -> Exchanges {
    let mut exchanges = Exchanges::default();
    match query {
        Query::Single(operation, input) => {
            let exchange = send_single(environment, app, operation, input).await;
            exchanges.predictions.push(exchange);
        }
        Query::List(operation, texts, scope) => {
            exchanges.predictions = send_list(environment, app, operation, &texts, scope).await;
        }
        Query::Stream(operation) => {
            let exchange = send_stream(environment, app, operation).await;
            exchanges.streams.push(exchange);
        }
    }
    exchanges
}

fn now(environment: &Environment) -> (Instant, usize) {
    (Instant::now(), environment.log_length())
}

async fn send_single(
    environment: &Environment,
    app: &Router,
    operation: &'static Operation,
    input: Input,
) -> Exchange {
    let from = now(environment);
    let body = json!({"input": input.text, "scope": input.scope});
    let reply = post_json(app, operation.path, &body).await;
    Exchange {
        operation,
        input,
        item: None,
        from,
        to: now(environment),
        answer: match reply.status.as_u16() {
            200 => Ok(serde_json::from_slice(&reply.body).expect("the answer should be JSON")),
            status => Err(status),
        },
    }
}

/// Returns an exchange for each item.
async fn send_list(
    environment: &Environment,
    app: &Router,
    operation: &'static Operation,
    texts: &[&'static str],
    scope: &'static str,
) -> Vec<Exchange> {
    let from = now(environment);
    let body = json!({"inputs": texts, "scope": scope});
    let reply = post_json(app, operation.list_path, &body).await;
    let to = now(environment);
    let answers: Vec<Result<Answer, u16>> = match reply.status.as_u16() {
        200 => {
            let items: Vec<Value> =
                serde_json::from_slice(&reply.body).expect("the answer should be a list");
            items.into_iter().map(read_item).collect()
        }
        status => vec![Err(status); texts.len()],
    };
    let is_fallback =
        |answer: &Result<Answer, u16>| answer.as_ref().is_ok_and(|answer| answer.label == FALLBACK);
    let answers = match &answers[..] {
        [answer] if is_fallback(answer) => vec![answer.clone(); texts.len()],
        _ => answers,
    };
    assert_eq!(answers.len(), texts.len(), "an answer for each item");
    let answered = answers
        .iter()
        .any(|answer| answer.is_ok() && !is_fallback(answer));
    for ((text, answer), (other_text, other)) in texts
        .iter()
        .zip(&answers)
        .flat_map(|item| texts.iter().zip(&answers).map(move |other| (item, other)))
    {
        assert!(
            text != other_text || answer == other,
            "equal items should have the same answer"
        );
    }
    texts
        .iter()
        .zip(answers)
        .map(|(text, answer)| Exchange {
            operation,
            input: Input { text, scope },
            item: Some(Item { answered }),
            from,
            to,
            answer,
        })
        .collect()
}

fn read_item(item: Value) -> Result<Answer, u16> {
    if item.get("error").is_some() {
        return Err(500);
    }
    Ok(serde_json::from_value(item).expect("the item should be an answer"))
}

async fn send_stream(
    environment: &Environment,
    app: &Router,
    operation: &'static StreamOperation,
) -> StreamExchange {
    let request = environment.next_request();
    let from = Instant::now();
    let reply = post_text(app, operation.path, "good");
    let reply = REQUEST.scope(request, reply).await;
    StreamExchange {
        operation,
        request,
        from,
        to: Instant::now(),
        answer: match reply.status.as_u16() {
            200 => Ok(serde_json::from_slice(&reply.body).expect("the answer should be JSON")),
            status => Err(status),
        },
    }
}
