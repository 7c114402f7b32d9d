//! One question and its answer.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::{Client, Url};

use super::{
    body,
    error::{self, Said},
    headers::Facts,
    limit::{self, Unread},
    route::{self, PROVIDER},
    token::Token,
};
use crate::{
    InferenceError,
    backend::{Request, Response},
};

const BILL_TO: HeaderName = HeaderName::from_static("x-hf-bill-to");

/// Enough for every error a service means to be read.
const MAX_ERROR_BYTES: usize = 64 << 10;

/// All that is needed to ask.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) base: Url,
    pub(super) token: Token,
    pub(super) bill_to: Option<HeaderValue>,
    pub(super) max_response_bytes: usize,
}

impl Connection {
    /// Asks once; a second time where the service names parameters of text generation that its model does not take.
    pub(super) async fn ask(&self, request: &Request) -> Result<Response, InferenceError> {
        let url = route::url(&self.base, request)?;
        let parameters = request.parameters().get();
        let refused = match self.post(&url, body::write(request, parameters)).await {
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
        self.post(&url, body::write(request, &fewer)).await
    }

    async fn post(&self, url: &Url, body: String) -> Result<Response, InferenceError> {
        let mut response = self
            .client
            .post(url.clone())
            .headers(self.headers())
            .body(body)
            .send()
            .await
            .map_err(error::unsent)?;
        let status = response.status();
        let facts = Facts::read(response.headers(), &self.token);
        if !status.is_success() {
            let body = limit::beginning(&mut response, MAX_ERROR_BYTES).await;
            let said = Said::read(&body, response.headers());
            return Err(error::refused(
                status,
                &said,
                facts,
                response.headers(),
                &self.token,
            ));
        }
        let body = match limit::whole(&mut response, self.max_response_bytes).await {
            Ok(body) => body,
            Err(Unread::TooLarge) => return Err(error::too_large(self.max_response_bytes, facts)),
            Err(Unread::Broken(cause)) => return Err(error::broken(cause, facts)),
        };
        self.answer(status, facts, response.headers(), body)
    }

    fn headers(&self) -> HeaderMap {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::AUTHORIZATION, self.token.header().clone());
        headers.insert(header::CONTENT_TYPE, JSON);
        headers.insert(header::ACCEPT, JSON);
        if let Some(bill_to) = &self.bill_to {
            headers.insert(BILL_TO, bill_to.clone());
        }
        headers
    }

    /// Holds a success against what is no answer all the same.
    fn answer(
        &self,
        status: StatusCode,
        facts: Facts,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response, InferenceError> {
        if facts.is_html() {
            let said = Said::read(&body, headers);
            return Err(error::html(&said, facts, &self.token));
        }
        if let Some(said) = Said::in_success(&body) {
            return Err(error::refused(status, &said, facts, headers, &self.token));
        }
        if std::str::from_utf8(&body).is_ok_and(|text| self.token.is_in(text)) {
            return Err(error::repeats_token(facts));
        }
        Ok(Response {
            media_type: facts.media_type,
            provider: Some(facts.provider.unwrap_or_else(|| PROVIDER.to_owned())),
            request_id: facts.request_id,
            usage: facts.usage,
            ..Response::new(body)
        })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("base", &self.base.as_str())
            .field("token", &self.token)
            .field("bill_to", &self.bill_to)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}
