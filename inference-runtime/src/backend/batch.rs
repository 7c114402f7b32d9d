//! Several inputs in one call, for services that accept a list in place of one input.

use futures_util::StreamExt;
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
use serde_json::value::RawValue;

use super::{Backend, Request, Response};
use crate::InferenceError;
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
use crate::task::Payload;

/// How many of these calls are in flight at the same time.
const MAX_CONCURRENT: usize = 8;

/// Makes one call per request, a few at the same time.
pub(super) async fn call_each<B: Backend + ?Sized>(
    backend: &B,
    requests: &[Request],
) -> Vec<Result<Response, InferenceError>> {
    // The calls are made before they are polled: the compiler rejects a closure over both lifetimes.
    let calls: Vec<_> = requests
        .iter()
        .map(|request| backend.call(request))
        .collect();
    futures_util::stream::iter(calls)
        .buffered(MAX_CONCURRENT)
        .collect()
        .await
}

/// Makes one call per batch of requests. A batch that is refused as invalid is sent again one request at a time, so
/// that an invalid input fails alone.
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
pub(super) async fn call_in_batches<B: Backend + ?Sized>(
    backend: &B,
    requests: &[Request],
    max_batch: usize,
) -> Vec<Result<Response, InferenceError>> {
    let mut responses = Vec::with_capacity(requests.len());
    for batch in requests.chunks(max_batch.max(1)) {
        let result = match (batch, combine(batch)) {
            ([_, _, ..], Some(list)) => backend
                .call(&list)
                .await
                .map(|response| split(response, batch.len())),
            _ => Ok(None),
        };
        match result {
            Ok(Some(items)) => responses.extend(items.into_iter().map(Ok)),
            Err(error) if !error.is_client_error() => {
                responses.extend(batch.iter().map(|_| Err(error.clone())));
            }
            Ok(None) | Err(_) => responses.extend(call_each(backend, batch).await),
        }
    }
    responses
}

/// Returns one request whose input is the list of the inputs.
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
fn combine(requests: &[Request]) -> Option<Request> {
    let mut list = String::from("[");
    for request in requests {
        let Payload::Json(input) = request.payload() else {
            return None;
        };
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(input.get());
    }
    list.push(']');
    let mut combined = requests.first()?.clone();
    combined.payload = Payload::Json(RawValue::from_string(list).ok()?).into();
    Some(combined)
}

/// Splits a response that is a list of `count` items.
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
fn split(response: Response, count: usize) -> Option<Vec<Response>> {
    let items: Vec<&RawValue> = serde_json::from_slice(&response.body).ok()?;
    if items.len() != count {
        return None;
    }
    let items = items.into_iter().map(|item| Response {
        // A view of the shared body, which is not copied.
        body: response.body.slice_ref(item.get().as_bytes()),
        // The usage is of the whole batch.
        usage: None,
        ..response.clone()
    });
    Some(items.collect())
}
