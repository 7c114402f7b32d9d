//! `/chat/completions`. Question and answer have OpenAI's form from the start.

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

pub(super) async fn ask(remote: &Endpoint, request: &Request) -> Result<Response, InferenceError> {
    let mut answer = remote.ask(question(remote, request, false)).await?;
    answer.facts.usage = openai_wire::counted(&answer.body).or(answer.facts.usage);
    Ok(answer.into_response())
}

pub(super) fn question(remote: &Endpoint, request: &Request, stream: bool) -> RequestBuilder {
    let body = openai_wire::chat_body(
        request.model(),
        http::messages(request),
        request.parameters().get(),
        stream,
    );
    let url = route::versioned(remote.base(), &["chat", "completions"]);
    remote.post(url, body)
}
