use std::{convert::Infallible, fmt};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::layer::has_no_cache;
use crate::{ErrorKind, Inference, InferenceError};

/// Extracts the runtime of the router's [`layer`](Inference::layer), otherwise the process's default. For any state.
impl<S: Send + Sync> FromRequestParts<S> for Inference {
    type Rejection = MissingInference;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingInference> {
        for_request(parts).ok_or(MissingInference(()))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Inference {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(for_request(parts))
    }
}

fn for_request(parts: &Parts) -> Option<Inference> {
    let from_layer = parts.extensions.get::<Inference>().cloned();
    from_layer.or_else(|| {
        Inference::process_default()
            .map(|inference| inference.for_request(has_no_cache(&parts.headers), None))
    })
}

#[cfg(feature = "upload")]
pub(super) fn from_extensions(extensions: &http::Extensions) -> Option<Inference> {
    extensions
        .get::<Inference>()
        .cloned()
        .or_else(Inference::process_default)
}

/// Rejection of a request to a handler with `#[infer]` in a program without an [`Inference`].
#[derive(Debug)]
pub struct MissingInference(());

impl fmt::Display for MissingInference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a handler with `#[infer]` needs an `Inference`; help: add `.layer(inference.layer())` to the router, after its routes",
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
