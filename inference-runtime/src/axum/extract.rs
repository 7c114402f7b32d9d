use std::{convert::Infallible, fmt};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::layer::refuses_cache;
use crate::{ErrorKind, Inference, InferenceError};

/// From the router's [`layer`](Inference::layer), or the process's default; for any state.
impl<S: Send + Sync> FromRequestParts<S> for Inference {
    type Rejection = MissingInference;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingInference> {
        find_for(parts).ok_or(MissingInference(()))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Inference {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(find_for(parts))
    }
}

fn find_for(parts: &Parts) -> Option<Inference> {
    let of_layer = parts.extensions.get::<Inference>().cloned();
    of_layer.or_else(|| {
        Inference::process_default()
            .map(|inference| inference.for_request(refuses_cache(&parts.headers), None))
    })
}

#[cfg(feature = "upload")]
pub(super) fn find(extensions: &http::Extensions) -> Option<Inference> {
    extensions
        .get::<Inference>()
        .cloned()
        .or_else(Inference::process_default)
}

/// A handler with `#[infer]` was asked in a program without an [`Inference`].
#[derive(Debug)]
pub struct MissingInference(());

impl fmt::Display for MissingInference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a handler with `#[infer]` finds no `Inference`; help: add `.layer(inference.layer())` to the router, after its routes",
        )
    }
}

impl std::error::Error for MissingInference {}

impl IntoResponse for MissingInference {
    fn into_response(self) -> Response {
        let error = InferenceError::new(ErrorKind::NotConfigured, self.to_string());
        error.log_at(error.level(), "", 0);
        error.into_response()
    }
}
