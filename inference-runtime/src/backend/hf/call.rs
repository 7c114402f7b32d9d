//! One question and its answer.

use std::fmt;

use http::{HeaderValue, Method, StatusCode, header};
use reqwest::{RequestBuilder, Url};

use super::{
    addresses::Addresses,
    body,
    provider::{BILL_TO, CHAT, Chosen, HF_INFERENCE, Providers, Router},
    route::{self, Route},
};
use crate::{
    ErrorKind, InferenceError,
    backend::{
        Request, Response, StreamingResponse,
        http::{Credential, Transport},
        openai_wire,
    },
};

/// All that is needed to ask.
pub(super) struct Connection {
    pub(super) channel: Transport,
    pub(super) base: Url,
    pub(super) addresses: Addresses,
    /// The token, or one sentence that says where it is missing.
    pub(super) token: Result<Credential, String>,
    pub(super) bill_to: Option<HeaderValue>,
    pub(super) providers: Providers,
}

impl Connection {
    /// Asks once; a second time where the service names parameters of text generation that its model does not take.
    pub(super) async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        // Boxed is what most questions do without: their future would have room for it.
        if let Some(Chosen::Other(provider, serves)) = self.chosen(request).await? {
            let asked = (provider, serves);
            return Box::pin(self.providers.ask(self.router(), asked, request)).await;
        }
        let parameters = request.parameters().get();
        match self.whole(request, parameters).await {
            Err(refused) => match fewer(request, &refused) {
                Some(fewer) => Box::pin(self.whole(request, &fewer)).await,
                None => Err(refused),
            },
            answered => answered,
        }
    }

    /// The same for an answer in pieces.
    pub(super) async fn stream(
        &self,
        request: &Request,
    ) -> Result<StreamingResponse, InferenceError> {
        if !matches!(request.task(), CHAT | "text-generation") {
            return Err(cannot_stream(request));
        }
        if let Some(Chosen::Other(provider, serves)) = self.chosen(request).await? {
            let asked = (provider, serves);
            return self.providers.stream(self.router(), asked, request).await;
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

    /// Who answers; none where the router chooses by itself.
    async fn chosen(&self, request: &Request) -> Result<Option<Chosen>, InferenceError> {
        match Route::of(request, &self.providers.keys)? {
            Route::Auto => Ok(None),
            Route::Provider(Chosen::Other(provider, serves)) => {
                if serves.task == CHAT && !self.providers.keys.has(provider.name) {
                    self.token()?;
                    match Box::pin(self.providers.knows(provider, request)).await {
                        // The router knows the name too: a Hub that is down stops no chat.
                        Err(error) if error.kind().is_transient() => return Ok(None),
                        known => known?,
                    }
                }
                Ok(Some(Chosen::Other(provider, serves)))
            }
            Route::Provider(chosen) => Ok(Some(chosen)),
            Route::First => Box::pin(self.providers.first(request)).await.map(Some),
        }
    }

    fn router(&self) -> Router<'_> {
        Router {
            channel: &self.channel,
            base: &self.base,
            token: self.token.as_ref().map_err(String::as_str),
            bill_to: self.bill_to.as_ref(),
        }
    }

    fn token(&self) -> Result<&Credential, InferenceError> {
        self.token
            .as_ref()
            .map_err(|missing| InferenceError::new(ErrorKind::NotConfigured, missing))
    }

    async fn whole(&self, request: &Request, parameters: &str) -> Result<Response, InferenceError> {
        let token = self.token()?;
        let question = self.question(request, parameters, false);
        let mut answer = self.channel.ask(question, token).await?;
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
    ) -> Result<StreamingResponse, InferenceError> {
        let token = self.token()?;
        let question = self.question(request, parameters, true);
        let mut streamed = self.channel.stream(question, token).await?;
        if streamed.provider.is_none() {
            streamed.provider = provider(request);
        }
        Ok(streamed)
    }

    fn question(&self, request: &Request, parameters: &str, stream: bool) -> RequestBuilder {
        let url = self.addresses.of(&self.base, request);
        let body = body::write(request, parameters, stream);
        let accept = body::accept(request.task(), stream);
        let question = self
            .channel
            .request(Method::POST, url)
            .header(header::CONTENT_TYPE, body.content_type)
            .header(header::ACCEPT, accept)
            .body(body.bytes);
        match &self.bill_to {
            Some(bill_to) => question.header(BILL_TO, bill_to.clone()),
            None => question,
        }
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
    if request.task() != CHAT {
        return Some(HF_INFERENCE.to_owned());
    }
    let named = request.provider()?;
    (!route::is_preference(named)).then(|| named.to_owned())
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
            .field("own_keys", &self.providers.keys)
            .field("max_response_bytes", &self.channel.max_response_bytes())
            .finish_non_exhaustive()
    }
}
