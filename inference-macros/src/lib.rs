//! The `#[infer]` attribute of `inference-runtime`; use it from there, with the traits and types it needs.
//!
//! The macro is a pipeline of values, each of which knows nothing of the next:
//! `args` (what was typed) and `handler` (the function, taken apart) are checked into an `operation`,
//! which cannot fail any more, and `expand` writes it down. Every mistake met on the way is collected,
//! so that one run of the compiler shows them all.

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

/// Puts a model's answer into the parameter of a handler that is marked `#[prediction]`.
///
/// The arguments say which model answers which question, and what happens when it does not; the type of the
/// marked parameter says how the handler receives the answer. The parameter is taken out of the signature, one
/// extractor (`Inference`) is added in front, and one statement that makes the value is put before the body.
/// Nothing else of the function changes.
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
/// All of them may stand here, as the defaults of every prediction of the function; all but `runtime` and
/// `crate` may also stand in `#[prediction(...)]`, for that prediction alone.
///
/// | argument | form |
/// |---|---|
/// | `model` | `"[backend::]org/name[:provider]"`, or an array of them, tried in order |
/// | `task` | `"text-classification"`, … |
/// | `input` | an expression over the other parameters; without it, the last of them |
/// | `prompt`, `system` | `"Summarise: {review.text}"`: texts for a chat model with expressions in them |
/// | `parameters(...)` | `parameters(top_k = 3)`, the task's own |
/// | `preprocess`, `postprocess` | a path or a closure; sync or async; plain or `Result` |
/// | `cache` | `"5m"`, `false`, `cache(ttl = "5m", stale_if_error = "1h", stale_while_revalidate = "1m", client_control = true, single_flight = "cluster", scope = user.id, key = expr)` |
/// | `fallback` | an expression, or a closure that takes the error |
/// | `timeout` | `"3s"` |
/// | `retry` | `2`, `false`, `retry(attempts = 3, backoff = "100ms", max_backoff = "2s", attempt_timeout = "1s")` |
/// | `attempt_timeout` | `"1s"`, `false` |
/// | `circuit_breaker` | `true`, `false`, `circuit_breaker(failures = 5, reset = "30s")` |
/// | `rate_limit` | `"100/s"`, `"5/10s"`, `false` |
/// | `concurrency` | `16`, `false` |
/// | `hedge` | `"300ms"`, `false` |
/// | `allow(...)` | `allow(model = "org/*", timeout = "1s..=10s", retry = 0..=3, cache)`: what the configuration may change |
/// | `name` | `"sentiment"` |
/// | `max_input` | `"64KB"` |
/// | `runtime` | an expression: take the `Inference` from here, not from an extractor |
/// | `crate` | the absolute path of `inference_runtime` |
///
/// # Other attributes
///
/// Write `#[infer]` above `#[axum::debug_handler]`: attributes run from the top, and `debug_handler` must see
/// the function that axum will see.
#[proc_macro_attribute]
pub fn infer(
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    expand_attribute(args.into(), item.into()).into()
}

/// The attribute as a function of two token streams, so that it can be tested outside a compiler.
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
