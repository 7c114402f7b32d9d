//! The connection to the router: one request and its response.

use std::fmt;

use http::{HeaderValue, Method, StatusCode, header};
use reqwest::{RequestBuilder, Url};

use super::{
    body,
    provider::{BILL_TO, CHAT, HF_INFERENCE, Providers, Router, SelectedProvider, accept},
    route::{self, Route},
    url_cache::UrlCache,
};
use crate::{
    ErrorKind, InferenceError,
    backend::{
        Request, Response, StreamingResponse,
        http::{Credential, Transport},
        openai_wire,
    },
};

/// The transports, addresses and credentials of the backend.
pub(super) struct Connection {
    pub(super) transport: Transport,
    pub(super) base: Url,
    pub(super) urls: UrlCache,
    /// The token, or one sentence with the missing setting.
    pub(super) token: Result<Credential, String>,
    pub(super) bill_to: Option<HeaderValue>,
    pub(super) providers: Providers,
}

impl Connection {
    /// Calls the model; a second time if the service names text-generation parameters that its model does not accept.
    pub(super) async fn call(&self, request: &Request) -> Result<Response, InferenceError> {
        // The rare paths are boxed, so that the common future does not have to hold them.
        if let Some(SelectedProvider::Other(provider, task)) = self.select_provider(request).await?
        {
            let target = (provider, task);
            return Box::pin(self.providers.call(self.router(), target, request)).await;
        }
        let parameters = request.parameters().get();
        match self.call_once(request, parameters).await {
            Err(error) => match accepted_parameters(request, &error) {
                Some(accepted) => Box::pin(self.call_once(request, &accepted)).await,
                None => Err(error),
            },
            response => response,
        }
    }

    /// As [`call`](Self::call), for a streaming answer.
    pub(super) async fn stream(
        &self,
        request: &Request,
    ) -> Result<StreamingResponse, InferenceError> {
        if !matches!(request.task(), CHAT | "text-generation") {
            return Err(cannot_stream(request));
        }
        if let Some(SelectedProvider::Other(provider, task)) = self.select_provider(request).await?
        {
            let target = (provider, task);
            return self.providers.stream(self.router(), target, request).await;
        }
        let parameters = request.parameters().get();
        match self.stream_once(request, parameters).await {
            Err(error) => match accepted_parameters(request, &error) {
                Some(accepted) => self.stream_once(request, &accepted).await,
                None => Err(error),
            },
            response => response,
        }
    }

    /// Returns the provider of this request; `None` if the router selects it.
    async fn select_provider(
        &self,
        request: &Request,
    ) -> Result<Option<SelectedProvider>, InferenceError> {
        match Route::from_request(request, &self.providers.keys)? {
            Route::Auto => Ok(None),
            Route::Provider(SelectedProvider::Other(provider, task)) => {
                if task.name == CHAT && !self.providers.keys.has(provider.name) {
                    self.token()?;
                    match Box::pin(self.providers.check_mapping(provider, request)).await {
                        // The router knows the mapping too: chat works while the Hub is down.
                        Err(error) if error.kind().is_transient() => return Ok(None),
                        result => result?,
                    }
                }
                Ok(Some(SelectedProvider::Other(provider, task)))
            }
            Route::Provider(provider) => Ok(Some(provider)),
            Route::FirstMapped => {
                let first = Box::pin(self.providers.first_mapped(request)).await;
                first.map(Some)
            }
        }
    }

    fn router(&self) -> Router<'_> {
        Router {
            transport: &self.transport,
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

    async fn call_once(
        &self,
        request: &Request,
        parameters: &str,
    ) -> Result<Response, InferenceError> {
        let token = self.token()?;
        let http_request = self.http_request(request, parameters, false);
        let mut response = self.transport.send(http_request, token).await?;
        if response.meta.provider.is_none() {
            response.meta.provider = provider(request);
        }
        if request.task() == CHAT && response.meta.usage.is_none() {
            response.meta.usage = openai_wire::usage(&response.body);
        }
        Ok(response.into_response())
    }

    async fn stream_once(
        &self,
        request: &Request,
        parameters: &str,
    ) -> Result<StreamingResponse, InferenceError> {
        let token = self.token()?;
        let http_request = self.http_request(request, parameters, true);
        let mut response = self.transport.stream(http_request, token).await?;
        if response.provider.is_none() {
            response.provider = provider(request);
        }
        Ok(response)
    }

    fn http_request(&self, request: &Request, parameters: &str, stream: bool) -> RequestBuilder {
        let url = self.urls.get(&self.base, request);
        let body = body::write(request, parameters, stream);
        let accept = accept(request.task(), stream);
        let http_request = self
            .transport
            .request(Method::POST, url)
            .header(header::CONTENT_TYPE, body.content_type)
            .header(header::ACCEPT, accept)
            .body(body.bytes);
        match &self.bill_to {
            Some(bill_to) => http_request.header(BILL_TO, bill_to.clone()),
            None => http_request,
        }
    }
}

/// Returns the parameters without those that the error names as not accepted by the model, if it names any.
fn accepted_parameters(request: &Request, error: &InferenceError) -> Option<String> {
    if request.task() != "text-generation"
        || error.upstream_status() != Some(StatusCode::BAD_REQUEST)
    {
        return None;
    }
    let rejected = body::rejected_parameters(error.upstream().unwrap_or_default());
    let accepted = body::without(request.parameters().get(), rejected)?;
    tracing::debug!(
        model = request.model(),
        parameters = accepted,
        "retrying without the parameters that the model does not accept"
    );
    Some(accepted)
}

/// Returns the provider if the response has none. For a chat without a named provider only the router knows it.
fn provider(request: &Request) -> Option<String> {
    if request.task() != CHAT {
        return Some(HF_INFERENCE.to_owned());
    }
    let named = request.provider()?;
    (!route::is_preference(named)).then(|| named.to_owned())
}

fn cannot_stream(request: &Request) -> InferenceError {
    let message = format!(
        "`{}` cannot be streamed; help: receive the whole answer",
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
            .field("max_response_bytes", &self.transport.max_response_bytes())
            .finish_non_exhaustive()
    }
}
