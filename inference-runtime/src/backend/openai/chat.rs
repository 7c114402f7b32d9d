//! The route `/chat/completions`. Requests and responses have OpenAI's form already.

use reqwest::RequestBuilder;

use super::route;
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{self, Endpoint},
        openai_wire,
    },
};

pub(super) async fn call(
    endpoint: &Endpoint,
    request: &Request,
) -> Result<Response, InferenceError> {
    let mut response = endpoint
        .send(build_request(endpoint, request, false))
        .await?;
    response.meta.usage = openai_wire::usage(&response.body).or(response.meta.usage);
    Ok(response.into_response())
}

pub(super) fn build_request(
    endpoint: &Endpoint,
    request: &Request,
    stream: bool,
) -> RequestBuilder {
    let body = openai_wire::chat_body(
        request.model(),
        http::messages(request),
        request.parameters().get(),
        stream,
    );
    let url = route::versioned(endpoint.base(), &["chat", "completions"]);
    endpoint.post(url, body)
}
