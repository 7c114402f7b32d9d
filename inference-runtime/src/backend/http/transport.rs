//! One question and its answer, whatever the protocol.

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;

use super::{
    Credential, Hints, client,
    error::{Failures, UpstreamError},
    headers::ResponseMeta,
    lenient_json,
};
use crate::{
    ErrorKind, InferenceError,
    backend::Response,
    net::{BodyError, read_body, read_start},
};

/// Most answers are small; what is larger is a mistake or an attack, unless the operator says otherwise.
pub(crate) const MAX_RESPONSE_BYTES: usize = 32 << 20;

/// Enough for every error a service means to be read.
pub(super) const MAX_ERROR_BYTES: usize = 64 << 10;

/// The way to a service: it sends questions, and turns what is no answer into errors.
pub(crate) struct Transport {
    client: Client,
    max_response_bytes: usize,
    pub(super) advice: &'static Hints,
}

/// A success, read to its end.
pub(crate) struct Answer {
    #[allow(dead_code, reason = "for services that say more by their headers")]
    pub(crate) headers: HeaderMap,
    pub(crate) facts: ResponseMeta,
    pub(crate) body: Bytes,
}

/// A success of which the headers have come.
pub(crate) struct Opened {
    pub(crate) response: reqwest::Response,
    pub(crate) facts: ResponseMeta,
}

impl Transport {
    /// A way to this address.
    ///
    /// # Errors
    ///
    /// One sentence for the operator, where encryption cannot be set up.
    pub(crate) fn new(
        base: &Url,
        max_response_bytes: usize,
        advice: &'static Hints,
    ) -> Result<Self, String> {
        Ok(Self {
            client: client::new(base)?,
            max_response_bytes,
            advice,
        })
    }

    /// A question. It has no time limit of its own: who asks drops it when time is over.
    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Asks, and reads the whole answer.
    pub(crate) fn ask<'c>(
        &'c self,
        question: RequestBuilder,
        credential: &'c Credential,
    ) -> impl Future<Output = Result<Answer, InferenceError>> + Send + use<'c> {
        self.read(self.open(question, credential), credential)
    }

    async fn read(
        &self,
        opening: impl Future<Output = Result<Opened, InferenceError>>,
        credential: &Credential,
    ) -> Result<Answer, InferenceError> {
        let failures = self.failures(credential);
        let Opened {
            mut response,
            facts,
        } = opening.await?;
        let status = response.status();
        let body = match read_body(&mut response, self.max_response_bytes).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                return Err(failures.too_large(self.max_response_bytes, facts));
            }
            Err(BodyError::Broken(cause)) => return Err(failures.broken(cause, facts)),
        };
        let headers = std::mem::take(response.headers_mut());
        if facts.is_html() {
            return Err(failures.html(&UpstreamError::read(&body, &headers), facts));
        }
        if let Some(said) = UpstreamError::in_success(&body) {
            return Err(failures.refused(status, &said, facts, &headers));
        }
        if credential.is_in_bytes(&body) {
            return Err(failures.repeats_secret(facts));
        }
        Ok(Answer {
            headers,
            facts,
            body,
        })
    }

    /// Asks, and gives the answer when its headers have come. Every status but success is an error.
    pub(crate) fn open<'c>(
        &'c self,
        question: RequestBuilder,
        credential: &'c Credential,
    ) -> impl Future<Output = Result<Opened, InferenceError>> + Send + use<'c> {
        let question = match credential.header() {
            Some(header) => question.header(header::AUTHORIZATION, header.clone()),
            None => question,
        };
        // Sent from here, so that no future has room for the question itself.
        self.opened(question.send(), credential)
    }

    async fn opened(
        &self,
        sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
        credential: &Credential,
    ) -> Result<Opened, InferenceError> {
        let failures = self.failures(credential);
        let response = sending.await.map_err(|cause| failures.unsent(cause))?;
        let facts = ResponseMeta::read(response.headers(), credential);
        if response.status().is_success() {
            return Ok(Opened { response, facts });
        }
        Err(Box::pin(self.refused(response, facts, credential)).await)
    }

    /// The error that a response is.
    async fn refused(
        &self,
        mut response: reqwest::Response,
        facts: ResponseMeta,
        credential: &Credential,
    ) -> InferenceError {
        let body = read_start(&mut response, MAX_ERROR_BYTES).await;
        let said = UpstreamError::read(&body, response.headers());
        let (status, headers) = (response.status(), response.headers());
        self.failures(credential)
            .refused(status, &said, facts, headers)
    }

    /// How this service's failures are told.
    pub(crate) fn failures<'c>(&self, credential: &'c Credential) -> Failures<'c> {
        Failures {
            advice: self.advice,
            credential,
        }
    }

    /// The most bytes that are read of an answer.
    pub(crate) fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }
}

impl Answer {
    /// The answer as it is.
    pub(crate) fn into_response(self) -> Response {
        let body = self.body.clone();
        self.with_body(body)
    }

    /// The body as JSON. Servers in Python write numbers that are none as bare words (`NaN`, `Infinity`,
    /// `-Infinity`): they are read as null.
    pub(crate) fn json(&self) -> Result<Value, InferenceError> {
        serde_json::from_slice(&self.body)
            .or_else(|error| match lenient_json::without_bare_words(&self.body) {
                Some(body) => serde_json::from_slice(&body),
                None => Err(error),
            })
            .map_err(|error| {
                let error = InferenceError::new(
                    ErrorKind::MalformedOutput,
                    "the answer of the service is no JSON",
                )
                .with_source(error);
                match &self.facts.request_id {
                    Some(id) => error.with_request_id(id),
                    None => error,
                }
            })
    }

    /// The answer in the form of the task.
    pub(crate) fn with_json(self, canonical: &Value) -> Response {
        Response {
            media_type: Some("application/json".to_owned()),
            ..self.with_body(canonical.to_string())
        }
    }

    /// The answer with another body: the canonical form of what the service said.
    pub(crate) fn with_body(self, body: impl Into<Bytes>) -> Response {
        Response {
            media_type: self.facts.media_type,
            provider: self.facts.provider,
            request_id: self.facts.request_id,
            usage: self.facts.usage,
            ..Response::new(body)
        }
    }
}
