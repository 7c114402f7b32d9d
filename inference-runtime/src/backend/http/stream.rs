//! Answers in pieces.

use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use reqwest::RequestBuilder;

use super::{
    Credential, Hints, Transport,
    error::{Failures, UpstreamError},
    headers::ResponseMeta,
    transport::{MAX_ERROR_BYTES, Opened},
};
use crate::{
    InferenceError,
    backend::{StreamingResponse, openai_wire},
    net::read_start,
};

impl Transport {
    /// Asks for server-sent events in OpenAI's frames or text-generation-inference's, and gives their pieces.
    /// Dropping them closes the connection.
    pub(crate) async fn stream(
        &self,
        question: RequestBuilder,
        credential: &Credential,
    ) -> Result<StreamingResponse, InferenceError> {
        let Opened { response, facts } = self.open(question, credential).await?;
        if !openai_wire::is_event_stream(facts.media_type.as_deref()) {
            return Err(self.no_stream(response, facts, credential).await);
        }
        let provider = facts.provider.clone();
        let telling = Telling {
            advice: self.advice,
            credential: credential.clone(),
            facts,
        };
        let told = telling.clone();
        let body = response.bytes_stream().map(move |bytes| told.piece(bytes));
        let refuse = move |status, frame: &str| telling.refused(status, frame);
        Ok(StreamingResponse {
            provider,
            ..StreamingResponse::new(openai_wire::chunks(body, refuse))
        })
    }

    /// A success that is no stream: an error under a 200, or a service that cannot stream.
    async fn no_stream(
        &self,
        mut response: reqwest::Response,
        facts: ResponseMeta,
        credential: &Credential,
    ) -> InferenceError {
        let failures = self.failures(credential);
        let status = response.status();
        let body = read_start(&mut response, MAX_ERROR_BYTES).await;
        let headers = response.headers();
        if facts.is_html() {
            return failures.html(&UpstreamError::read(&body, headers), facts);
        }
        match UpstreamError::in_success(&body) {
            Some(said) => failures.refused(status, &said, facts, headers),
            None => failures.no_stream(&UpstreamError::read(&body, headers), facts),
        }
    }
}

/// How the failures of one stream are told, as long as it lasts.
#[derive(Clone)]
struct Telling {
    advice: &'static Hints,
    credential: Credential,
    facts: ResponseMeta,
}

impl Telling {
    fn failures(&self) -> Failures<'_> {
        Failures {
            advice: self.advice,
            credential: &self.credential,
        }
    }

    fn piece(&self, bytes: reqwest::Result<Bytes>) -> Result<Bytes, InferenceError> {
        match bytes {
            Ok(bytes) if self.credential.is_in(&String::from_utf8_lossy(&bytes)) => {
                Err(self.failures().repeats_secret(self.facts.clone()))
            }
            Ok(bytes) => Ok(bytes),
            Err(cause) => Err(self.failures().broken(cause, self.facts.clone())),
        }
    }

    fn refused(&self, status: StatusCode, frame: &str) -> InferenceError {
        let no_headers = HeaderMap::new();
        let said = UpstreamError::read(frame.as_bytes(), &no_headers);
        self.failures()
            .refused(status, &said, self.facts.clone(), &no_headers)
    }
}
