//! The way to a provider: through Hugging Face's router with a key of Hugging Face's, or straight to it with its own.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::{RequestBuilder, Url};

use super::{body::Body, job::Place, table::Provider};
use crate::{
    ErrorKind, InferenceError,
    backend::{
        StreamingResponse,
        http::{Answer, Credential, Transport},
    },
};

/// An address and the one key that may be sent there.
pub(super) struct ProviderEndpoint<'c> {
    pub(super) channel: &'c Transport,
    pub(super) credential: &'c Credential,
    /// Where the provider's own paths begin.
    pub(super) base: Url,
    /// What goes with every address.
    pub(super) query: Option<&'static str>,
    /// Who pays, where the router asks.
    pub(super) bill_to: Option<(HeaderName, HeaderValue)>,
    pub(super) provider: &'static Provider,
    pub(super) accept: HeaderValue,
}

impl ProviderEndpoint<'_> {
    /// Asks, and reads the whole answer.
    pub(super) async fn post(&self, path: &str, body: Body) -> Result<Answer, InferenceError> {
        let question = self.question(path, body);
        self.ask(question).await
    }

    /// Asks for an answer in pieces.
    pub(super) async fn stream(
        &self,
        path: &str,
        body: Body,
    ) -> Result<StreamingResponse, InferenceError> {
        let question = self.question(path, body);
        let streamed = self.channel.stream(question, self.credential).await;
        let mut streamed = streamed.map_err(|error| self.named(error))?;
        streamed
            .provider
            .get_or_insert_with(|| self.provider.name.to_owned());
        Ok(streamed)
    }

    /// Looks at a place.
    pub(super) async fn get(&self, place: &Place) -> Result<Answer, InferenceError> {
        let mut url = self.url(&place.path);
        if let Some((name, value)) = &place.query {
            url.query_pairs_mut().append_pair(name, value);
        }
        let question = self.channel.request(Method::GET, url);
        self.ask(question.headers(self.headers())).await
    }

    /// The provider says that it has failed.
    pub(super) fn failed(&self, words: Option<&str>) -> InferenceError {
        let error = self.named(InferenceError::new(
            ErrorKind::ServiceFailed,
            "the provider could not make what was asked for",
        ));
        match words {
            Some(words) => error.with_upstream(&self.credential.scrub(words)),
            None => error,
        }
    }

    async fn ask(&self, question: RequestBuilder) -> Result<Answer, InferenceError> {
        let answer = self.channel.ask(question, self.credential).await;
        let mut answer = answer.map_err(|error| self.named(error))?;
        answer
            .facts
            .provider
            .get_or_insert_with(|| self.provider.name.to_owned());
        Ok(answer)
    }

    fn question(&self, path: &str, body: Body) -> RequestBuilder {
        self.channel
            .request(Method::POST, self.url(path))
            .headers(self.headers())
            .header(header::CONTENT_TYPE, body.content_type)
            .body(body.bytes)
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url.set_query(self.query);
        url
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::ACCEPT, self.accept.clone());
        headers.extend(self.bill_to.clone());
        for (name, value) in self.provider.headers {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        headers
    }

    fn named(&self, error: InferenceError) -> InferenceError {
        match error.provider() {
            Some(_) => error,
            None => error.with_provider(self.provider.name),
        }
    }
}
