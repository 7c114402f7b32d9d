//! One question and its answer.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use reqwest::{RequestBuilder, Url};

use super::{
    body,
    route::{self, CHAT, PROVIDER},
};
use crate::{
    ErrorKind, InferenceError,
    backend::{
        Request, Response, Streamed,
        http::{Channel, Credential},
        openai_wire,
    },
};

const BILL_TO: HeaderName = HeaderName::from_static("x-hf-bill-to");

/// All that is needed to ask.
pub(super) struct Connection {
    pub(super) channel: Channel,
    pub(super) base: Url,
    pub(super) token: Credential,
    pub(super) bill_to: Option<HeaderValue>,
}

impl Connection {
    /// Asks once; a second time where the service names parameters of text generation that its model does not take.
    pub(super) async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let parameters = request.parameters().get();
        match self.whole(request, parameters).await {
            Err(refused) => match fewer(request, &refused) {
                Some(fewer) => self.whole(request, &fewer).await,
                None => Err(refused),
            },
            answered => answered,
        }
    }

    /// The same for an answer in pieces.
    pub(super) async fn stream(&self, request: &Request) -> Result<Streamed, InferenceError> {
        if !matches!(request.task(), CHAT | "text-generation") {
            return Err(cannot_stream(request));
        }
        let parameters = request.parameters().get();
        match self.pieces(request, parameters).await {
            Err(refused) => match fewer(request, &refused) {
                Some(fewer) => self.pieces(request, &fewer).await,
                None => Err(refused),
            },
            answered => answered,
        }
    }

    async fn whole(&self, request: &Request, parameters: &str) -> Result<Response, InferenceError> {
        let question = self.question(request, parameters, false)?;
        let mut answer = self.channel.ask(question, &self.token).await?;
        if answer.facts.provider.is_none() {
            answer.facts.provider = provider(request);
        }
        if request.task() == CHAT && answer.facts.usage.is_none() {
            answer.facts.usage = openai_wire::counted(&answer.body);
        }
        Ok(answer.into_response())
    }

    async fn pieces(
        &self,
        request: &Request,
        parameters: &str,
    ) -> Result<Streamed, InferenceError> {
        let question = self.question(request, parameters, true)?;
        let mut streamed = self.channel.stream(question, &self.token).await?;
        if streamed.provider.is_none() {
            streamed.provider = provider(request);
        }
        Ok(streamed)
    }

    fn question(
        &self,
        request: &Request,
        parameters: &str,
        stream: bool,
    ) -> Result<RequestBuilder, InferenceError> {
        let url = route::url(&self.base, request)?;
        let body = body::write(request, parameters, stream);
        let accept = body::accept(request.task(), stream);
        Ok(self
            .channel
            .request(Method::POST, url)
            .headers(self.headers(body.content_type, accept))
            .body(body.bytes))
    }

    fn headers(&self, content_type: HeaderValue, accept: HeaderValue) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(3);
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::ACCEPT, accept);
        if let Some(bill_to) = &self.bill_to {
            headers.insert(BILL_TO, bill_to.clone());
        }
        headers
    }
}

/// The parameters less those that the refusal says the model does not take, where it names any.
fn fewer(request: &Request, refused: &InferenceError) -> Option<String> {
    if request.task() != "text-generation"
        || refused.upstream_status() != Some(StatusCode::BAD_REQUEST)
    {
        return None;
    }
    let unused = body::unused(refused.upstream().unwrap_or_default());
    let fewer = body::without(request.parameters().get(), unused)?;
    tracing::debug!(
        model = request.model(),
        parameters = fewer,
        "asked again without the parameters that the model does not take"
    );
    Some(fewer)
}

/// Who answers where the answer does not say. Of a chat only the router knows, unless it was told.
fn provider(request: &Request) -> Option<String> {
    match request.provider() {
        Some(named) => (!route::is_preference(named)).then(|| named.to_owned()),
        None => (request.task() != CHAT).then(|| PROVIDER.to_owned()),
    }
}

fn cannot_stream(request: &Request) -> InferenceError {
    let message = format!(
        "`{}` is not answered as a stream; help: receive the whole answer",
        request.task()
    );
    InferenceError::new(ErrorKind::Unsupported, message)
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("base", &self.base.as_str())
            .field("token", &self.token)
            .field("bill_to", &self.bill_to)
            .field("max_response_bytes", &self.channel.max_response_bytes())
            .finish_non_exhaustive()
    }
}
