//! The `#[infer]` attribute of `inference-runtime`; use it from there, with the traits and types it needs.
//!
//! The macro is a pipeline in which no stage depends on a later one: `args` parses the arguments and `handler`
//! the function, `operation` checks both and returns a plan, and `expand` generates code from the plan, which
//! cannot fail. All errors are collected, so that one run of the compiler reports them all.

mod args;
mod diagnostics;
mod expand;
mod handler;
mod operation;
mod tasks;
mod template;

#[cfg(test)]
mod recorded_errors;
#[cfg(test)]
mod snapshots;

use proc_macro2::TokenStream;

/// Calls a model before a handler runs, and passes its answer as the parameter marked `#[prediction]`.
///
/// The arguments configure the model, its task and input, and the handling of failures; the type of the marked
/// parameter selects how the answer is delivered. The macro removes the parameter from the signature, adds one
/// extractor (`Inference`) as the first parameter, and inserts a statement before the body that binds the value.
/// The rest of the function is unchanged.
///
/// ```
/// use axum::Json;
/// use inference_runtime::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Review { text: String }
///
/// #[infer(
///     model = "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
///     task = "text-classification",
///     input = review.text,
///     cache = "5m",
///     fallback = Label::new("NEUTRAL", 0.0),
/// )]
/// async fn sentiment(Json(review): Json<Review>, #[prediction] label: Label) -> Json<Label> {
///     Json(label)
/// }
/// ```
///
/// # Arguments
///
/// Arguments of `#[infer(...)]` are the defaults for every prediction of the function. All except `runtime` and
/// `crate` can also be given in `#[prediction(...)]`, for that prediction only.
///
/// | argument | form |
/// |---|---|
/// | `model` | `"[backend::]org/name[:provider]"`, or an array of them, tried in order |
/// | `task` | `"text-classification"`, … |
/// | `input` | an expression over the other parameters; default: the last of them |
/// | `prompt`, `system` | `"Summarise: {review.text}"`: strings for a chat model, with expressions as placeholders |
/// | `parameters(...)` | `parameters(top_k = 3)`: parameters of the task |
/// | `preprocess`, `postprocess` | a path or a closure; sync or async; plain or `Result` |
/// | `cache` | `"5m"`, `false`, `cache(ttl = "5m", stale_if_error = "1h", stale_while_revalidate = "1m", client_control = true, single_flight = "cluster", scope = user.id, key = expr)` |
/// | `fallback` | an expression, or a closure over the error |
/// | `timeout` | `"3s"` |
/// | `retry` | `2`, `false`, `retry(attempts = 3, backoff = "100ms", max_backoff = "2s", attempt_timeout = "1s")` |
/// | `attempt_timeout` | `"1s"`, `false` |
/// | `circuit_breaker` | `true`, `false`, `circuit_breaker(failures = 5, reset = "30s")` |
/// | `rate_limit` | `"100/s"`, `"5/10s"`, `false` |
/// | `concurrency` | `16`, `false` |
/// | `hedge` | `"300ms"`, `false` |
/// | `allow(...)` | `allow(model = "org/*", timeout = "1s..=10s", retry = 0..=3, cache)`: settings that the configuration may change |
/// | `name` | `"sentiment"` |
/// | `max_input` | `"64KB"` |
/// | `runtime` | an expression for the `Inference`, used in place of the extractor |
/// | `crate` | the absolute path of `inference_runtime` |
///
/// # Other attributes
///
/// Write `#[infer]` above `#[axum::debug_handler]`: attributes expand from top to bottom, and `debug_handler` must
/// check the expanded function.
#[proc_macro_attribute]
pub fn infer(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand_attribute(args.into(), item.into()).into()
}

/// Expands the attribute. Takes `proc_macro2` streams, so that tests can call it outside a compiler.
fn expand_attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let handler = match handler::Handler::parse(item.clone()) {
        Ok(handler) => handler,
        Err(error) => {
            let item = diagnostics::strip_prediction_attrs(item);
            let error = error.into_compile_error();
            return quote::quote!(#item #error);
        }
    };
    match operation::check(args, &handler) {
        Ok(plan) => expand::handler(&handler, &plan),
        Err(error) => expand::invalid_handler(&handler, *error),
    }
}
