//! Operations with every kind of cache window over the same inputs.

use std::time::Duration;

use axum::{Json, Router, routing::post};
use inference_runtime::prelude::*;
use serde_json::{Value, json};

use super::environment::Model;

/// The arguments of an operation's attribute.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) path: &'static str,
    pub(super) models: &'static [Model],
    pub(super) ttl: Duration,
    pub(super) stale_if_error: Duration,
    pub(super) stale_while_revalidate: Duration,
    pub(super) timeout: Duration,
    pub(super) fallback: bool,
}

/// The label of every fallback. No model returns it.
pub(super) const FALLBACK: &str = "FALLBACK";

#[derive(serde::Deserialize)]
struct Body {
    input: String,
    scope: String,
}

fn to_json(label: &Prediction<Label>) -> Json<Value> {
    Json(json!({
        "label": label.label,
        "source": label.source,
        "age": label.age,
        "model": label.model,
    }))
}

/// Defines a handler for each operation, the list of operations, and their router.
macro_rules! operations {
    ($($name:ident: $models:tt of $chain:expr, $ttl:literal, $if_error:literal, $revalidate:literal, [$($window:tt)*] $(else $fallback:expr)?;)+) => {
        $(
            #[infer(
                model = $models,
                task = "text-classification",
                input = body.input,
                timeout = "1s",
                cache($($window)*, scope = body.scope),
                $(fallback = $fallback,)?
            )]
            async fn $name(
                Json(body): Json<Body>,
                #[prediction] label: Prediction<Label>,
            ) -> Result<Json<Value>, InferenceError> {
                Ok(to_json(&label))
            }
        )+

        pub(super) static OPERATIONS: &[Operation] = &[$(Operation {
            path: concat!("/", stringify!($name)),
            models: $chain,
            ttl: Duration::from_secs($ttl),
            stale_if_error: Duration::from_secs($if_error),
            stale_while_revalidate: Duration::from_secs($revalidate),
            timeout: Duration::from_secs(1),
            fallback: !concat!($(stringify!($fallback))?).is_empty(),
        }),+];

        pub(super) fn app(inference: &Inference) -> Router {
            Router::new()
                $(.route(concat!("/", stringify!($name)), post($name)))+
                .layer(inference.layer())
        }
    };
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
