//! One question and its answer.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use reqwest::Url;

use super::{
    body::{self, Body},
    route::{self, PROVIDER},
};
use crate::{
    InferenceError,
    backend::{
        Request, Response,
        http::{Channel, Credential},
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
        let url = route::url(&self.base, request)?;
        let parameters = request.parameters().get();
        let refused = match self
            .post(&url, body::write(request, parameters), request)
            .await
        {
            Err(error)
                if request.task() == "text-generation"
                    && error.upstream_status() == Some(StatusCode::BAD_REQUEST) =>
            {
                error
            }
            outcome => return outcome,
        };
        let unused = body::unused(refused.upstream().unwrap_or_default());
        let Some(fewer) = body::without(parameters, unused) else {
            return Err(refused);
        };
        tracing::debug!(
            model = request.model(),
            parameters = fewer,
            "asked again without the parameters that the model does not take"
        );
        self.post(&url, body::write(request, &fewer), request).await
    }

    async fn post(
        &self,
        url: &Url,
        body: Body,
        request: &Request,
    ) -> Result<Response, InferenceError> {
        let question = self
            .channel
            .request(Method::POST, url.clone())
            .headers(self.headers(request, body.content_type))
            .body(body.bytes);
        let mut answer = self.channel.ask(question, &self.token).await?;
        answer
            .facts
            .provider
            .get_or_insert_with(|| PROVIDER.to_owned());
        Ok(answer.into_response())
    }

    fn headers(&self, request: &Request, content_type: HeaderValue) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(3);
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::ACCEPT, body::accept(request.task()));
        if let Some(bill_to) = &self.bill_to {
            headers.insert(BILL_TO, bill_to.clone());
        }
        headers
    }
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
