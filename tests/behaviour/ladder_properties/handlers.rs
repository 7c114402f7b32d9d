//! Operations with every kind of cache window over the same inputs.

use std::time::Duration;

use axum::{Json, Router, routing::post};
use futures_util::StreamExt;
use inference_runtime::prelude::*;
use serde_json::{Value, json};

use super::environment::Model;

/// The arguments of an operation's attribute.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) path: &'static str,
    pub(super) list_path: &'static str,
    pub(super) models: &'static [Model],
    pub(super) ttl: Duration,
    pub(super) stale_if_error: Duration,
    pub(super) stale_while_revalidate: Duration,
    pub(super) timeout: Duration,
    pub(super) fallback: bool,
}

/// The label of every fallback. No model returns it.
pub(super) const FALLBACK: &str = "FALLBACK";

/// The arguments of the attribute of a stream.
#[derive(Debug)]
pub(super) struct StreamOperation {
    pub(super) path: &'static str,
    pub(super) models: &'static [Model],
    pub(super) timeout: Duration,
    pub(super) fallback: bool,
}

#[derive(serde::Deserialize)]
struct Body {
    input: String,
    scope: String,
}

#[derive(serde::Deserialize)]
struct ListBody {
    inputs: Vec<String>,
    scope: String,
}

fn to_json(label: &Prediction<Label>) -> Value {
    json!({
        "label": label.label,
        "source": label.source,
        "age": label.age,
        "model": label.model,
    })
}

/// Reads a stream to its end.
async fn stream_to_json(stream: Prediction<TextStream>) -> Value {
    let (source, model) = (stream.source, stream.model.clone());
    let mut stream = stream.into_inner();
    let mut texts = Vec::new();
    let mut errors = 0;
    let mut is_error_last = true;
    while let Some(item) = stream.next().await {
        is_error_last = errors == 0;
        match item {
            Ok(text) => texts.push(text),
            Err(_) => errors += 1,
        }
    }
    let ended = stream.next().await.is_none();
    json!({
        "texts": texts,
        "failed": errors > 0,
        "ended_once": ended && is_error_last,
        "source": source,
        "model": model,
    })
}

/// Defines the handlers of each operation, for one input and for a list, the list of operations, and their router.
macro_rules! operations {
    ($($name:ident: $models:tt of $chain:expr, $ttl:literal, $if_error:literal, $revalidate:literal, [$($window:tt)*] $(else $fallback:expr)?;)+) => {
        $(
            mod $name {
                use super::*;

                #[infer(
                    model = $models,
                    task = "text-classification",
                    input = body.input,
                    timeout = "1s",
                    cache($($window)*, scope = body.scope),
                    $(fallback = $fallback,)?
                )]
                pub(super) async fn single(
                    Json(body): Json<Body>,
                    #[prediction] label: Prediction<Label>,
                ) -> Result<Json<Value>, InferenceError> {
                    Ok(Json(to_json(&label)))
                }

                #[infer(
                    model = $models,
                    task = "text-classification",
                    input = body.inputs,
                    timeout = "1s",
                    cache($($window)*, scope = body.scope),
                    $(fallback = vec![$fallback],)?
                )]
                pub(super) async fn list(
                    Json(body): Json<ListBody>,
                    #[prediction] labels: Each<Prediction<Label>>,
                ) -> Result<Json<Vec<Value>>, InferenceError> {
                    let items = labels.iter().map(|label| match label {
                        Ok(label) => to_json(label),
                        Err(error) => json!({"error": error.kind().to_string()}),
                    });
                    Ok(Json(items.collect()))
                }
            }
        )+

        pub(super) static OPERATIONS: &[Operation] = &[$(Operation {
            path: concat!("/", stringify!($name)),
            list_path: concat!("/", stringify!($name), "/list"),
            models: $chain,
            ttl: Duration::from_secs($ttl),
            stale_if_error: Duration::from_secs($if_error),
            stale_while_revalidate: Duration::from_secs($revalidate),
            timeout: Duration::from_secs(1),
            fallback: !concat!($(stringify!($fallback))?).is_empty(),
        }),+];

        fn prediction_routes() -> Router {
            Router::new()$(
                .route(concat!("/", stringify!($name)), post($name::single))
                .route(concat!("/", stringify!($name), "/list"), post($name::list))
            )+
        }
    };
}

/// Defines the handler of each operation that is a stream, the list of them, and their router.
macro_rules! stream_operations {
    ($($name:ident: $models:tt of $chain:expr $(, else $fallback:expr)?;)+) => {
        $(
            #[infer(
                model = $models,
                task = "chat-completion",
                input = text,
                timeout = "1s",
                $(fallback = $fallback,)?
            )]
            async fn $name(
                text: String,
                #[prediction] stream: Prediction<TextStream>,
            ) -> Result<Json<Value>, InferenceError> {
                Ok(Json(stream_to_json(stream).await))
            }
        )+

        pub(super) static STREAM_OPERATIONS: &[StreamOperation] = &[$(StreamOperation {
            path: concat!("/", stringify!($name)),
            models: $chain,
            timeout: Duration::from_secs(1),
            fallback: !concat!($(stringify!($fallback))?).is_empty(),
        }),+];

        fn stream_routes() -> Router {
            Router::new()$(.route(concat!("/", stringify!($name)), post($name)))+
        }
    };
}

pub(super) fn app(inference: &Inference) -> Router {
    prediction_routes()
        .merge(stream_routes())
        .layer(inference.layer())
}

operations! {
    fresh_only: "org/first" of &[Model::First], 10, 0, 0,
        [ttl = "10s"];
    brief: "org/first" of &[Model::First], 2, 0, 0,
        [ttl = "2s"];
    if_error: "org/first" of &[Model::First], 5, 10, 0,
        [ttl = "5s", stale_if_error = "10s"];
    revalidate: "org/first" of &[Model::First], 5, 0, 10,
        [ttl = "5s", stale_while_revalidate = "10s"];
    both: "org/first" of &[Model::First], 5, 20, 5,
        [ttl = "5s", stale_if_error = "20s", stale_while_revalidate = "5s"];
    chain: ["org/first", "other::second"] of &[Model::First, Model::Second], 3, 9, 0,
        [ttl = "3s", stale_if_error = "9s"];
    chain_revalidated: ["other::second", "org/first"] of &[Model::Second, Model::First], 3, 9, 4,
        [ttl = "3s", stale_if_error = "9s", stale_while_revalidate = "4s"];
    with_fallback: "org/first" of &[Model::First], 5, 10, 0,
        [ttl = "5s", stale_if_error = "10s"] else Label::new(FALLBACK, 0.0);
    chain_with_fallback: ["org/first", "other::second"] of &[Model::First, Model::Second], 4, 0, 0,
        [ttl = "4s"] else Label::new(FALLBACK, 0.0);
}

stream_operations! {
    stream: "org/first" of &[Model::First];
    stream_chain: ["org/first", "other::second"] of &[Model::First, Model::Second];
    stream_with_fallback: ["other::second", "org/first"] of &[Model::Second, Model::First],
        else FALLBACK.to_owned();
}
