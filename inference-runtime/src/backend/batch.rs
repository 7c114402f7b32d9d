//! Several inputs in one call: for services that take a list where they take one input.

use futures_util::StreamExt;
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
use serde_json::value::RawValue;

use super::{Backend, Request, Response};
use crate::InferenceError;
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
use crate::task::Payload;

/// How many calls of one question with several inputs are under way at a time.
const AT_A_TIME: usize = 8;

/// A call for each, a few at a time.
pub(super) async fn one_by_one<B: Backend + ?Sized>(
    backend: &B,
    requests: &[Request],
) -> Vec<Result<Response, InferenceError>> {
    // Made before they are polled: a closure over both lifetimes is one that the compiler cannot see through.
    let calls: Vec<_> = requests
        .iter()
        .map(|request| backend.call(request))
        .collect();
    futures_util::stream::iter(calls)
        .buffered(AT_A_TIME)
        .collect()
        .await
}

/// One call for so many inputs at a time. A call that is refused for what was in it is made again for each of its
/// inputs, so that one bad input fails alone.
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
pub(super) async fn in_lists<B: Backend + ?Sized>(
    backend: &B,
    requests: &[Request],
    at_most: usize,
) -> Vec<Result<Response, InferenceError>> {
    let mut answers = Vec::with_capacity(requests.len());
    for some in requests.chunks(at_most.max(1)) {
        let whole = match (some, combined(some)) {
            ([_, _, ..], Some(list)) => backend
                .call(&list)
                .await
                .map(|answer| split(answer, some.len())),
            _ => Ok(None),
        };
        match whole {
            Ok(Some(parts)) => answers.extend(parts.into_iter().map(Ok)),
            Err(error) if !error.is_client_error() => {
                answers.extend(some.iter().map(|_| Err(error.clone())));
            }
            Ok(None) | Err(_) => answers.extend(one_by_one(backend, some).await),
        }
    }
    answers
}

/// The requests as one whose input is the list of theirs.
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
fn combined(requests: &[Request]) -> Option<Request> {
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

/// The answers in a list of so many.
#[cfg(any(feature = "hf", feature = "openai", feature = "tei"))]
fn split(response: Response, count: usize) -> Option<Vec<Response>> {
    let parts: Vec<&RawValue> = serde_json::from_slice(&response.body).ok()?;
    if parts.len() != count {
        return None;
    }
    let parts = parts.into_iter().map(|part| Response {
        // A view of the body, which stays whole until the last of them is read.
        body: response.body.slice_ref(part.get().as_bytes()),
        // It was counted for all of them.
        usage: None,
        ..response.clone()
    });
    Some(parts.collect())
}
