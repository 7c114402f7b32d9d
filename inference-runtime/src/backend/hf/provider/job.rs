//! Answers that are made while we wait: a ticket comes first, and is asked about until its job is done.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use super::{endpoint::ProviderEndpoint, provider_response::Output};
use crate::{
    ErrorKind, InferenceError,
    backend::{Request, http::Answer},
};

/// How the jobs of one provider go.
#[derive(Debug)]
pub(super) struct Job {
    /// The place below the base where the first answer says that the job is told about. None, and that answer is
    /// all there is.
    pub(super) ticket: fn(&Value) -> Option<Place>,
    /// The time between two looks.
    pub(super) every: Duration,
    /// Whether the first look is taken without a wait.
    pub(super) at_once: bool,
    pub(super) state: fn(&Value) -> State,
    /// Where the result lies. None, and it is in the answer that says the job is done.
    pub(super) result: Option<fn(&Value) -> Option<Place>>,
    pub(super) read: fn(&Value) -> Option<Output>,
}

/// A path below the base, and a query.
#[derive(Debug, PartialEq)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) query: Option<(&'static str, String)>,
}

/// How far a job is.
#[derive(Debug, PartialEq)]
pub(super) enum State {
    Pending,
    Done,
    Failed(Option<String>),
}

impl Place {
    pub(super) fn at(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            query: None,
        }
    }

    /// The path of an address. Its host does not matter: a key goes where it is for and nowhere else.
    pub(super) fn of_url(address: &Value) -> Option<Self> {
        let url = reqwest::Url::parse(address.as_str()?).ok()?;
        Some(Self::at(url.path()))
    }
}

impl Job {
    /// Waits for the job that the first answer promises, as long as somebody waits for it.
    pub(super) async fn finish(
        &self,
        way: &ProviderEndpoint<'_>,
        request: &Request,
        mut answer: Answer,
    ) -> Result<(Answer, Option<Output>), InferenceError> {
        let first = answer.json()?;
        let mut said = first.clone();
        if let Some(ticket) = (self.ticket)(&first) {
            let mut at_once = self.at_once;
            loop {
                match (self.state)(&said) {
                    State::Done => break,
                    State::Failed(words) => return Err(way.failed(words.as_deref())),
                    State::Pending => {}
                }
                if !std::mem::take(&mut at_once) {
                    self.wait(request).await?;
                }
                answer = way.get(&ticket).await.map_err(lost)?;
                said = answer.json()?;
            }
            if let Some(result) = self.result {
                let place = result(&first).unwrap_or(ticket);
                answer = way.get(&place).await.map_err(lost)?;
                said = answer.json()?;
            }
        }
        let output = (self.read)(&said);
        Ok((answer, output))
    }

    /// A wait between two looks, if there is time for another.
    async fn wait(&self, request: &Request) -> Result<(), InferenceError> {
        let left = request.time_left();
        if left.is_zero() {
            return Err(late());
        }
        tokio::time::sleep(self.every.min(left)).await;
        Ok(())
    }
}

fn late() -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        "the provider was not done in time; help: raise `timeout`, which counts the waiting, or give a `fallback`",
    )
}

/// The job cannot be asked about. That says nothing about the model, as the status would elsewhere.
fn lost(error: InferenceError) -> InferenceError {
    match error.upstream_status() {
        Some(
            status @ (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE),
        ) => late().with_upstream_status(status),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Place;

    #[test]
    fn a_place_has_no_host() {
        let place = Place::of_url(&json!("https://evil.example/a/../b/c?d=e"));
        assert_eq!(place, Some(Place::at("/b/c")));
        assert_eq!(Place::of_url(&json!("/a/b")), None);
        assert_eq!(Place::of_url(&json!(3)), None);
    }
}
