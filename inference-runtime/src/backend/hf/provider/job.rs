//! Asynchronous jobs of providers: the first response names a job, which is polled until it is done.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use super::{
    endpoint::{ProviderEndpoint, ResourcePath},
    provider_response::Output,
};
use crate::{
    ErrorKind, InferenceError,
    backend::{Request, http::HttpResponse},
};

/// How the jobs of one provider are polled.
#[derive(Debug)]
pub(super) struct Job {
    /// Reads the path of the job's status from the first response. `None`: that response is the result already.
    pub(super) status_path: fn(&Value) -> Option<ResourcePath>,
    /// The time between two polls.
    pub(super) interval: Duration,
    /// Whether the first poll is made without a wait.
    pub(super) poll_immediately: bool,
    /// Reads the state of the job.
    pub(super) state: fn(&Value) -> State,
    /// Reads the path of the result. `None`: the result is in the response that reports the job as done.
    pub(super) result_path: Option<fn(&Value) -> Option<ResourcePath>>,
    /// Reads the output from the result.
    pub(super) read: fn(&Value) -> Option<Output>,
}

/// The state of a job.
#[derive(Debug, PartialEq)]
pub(super) enum State {
    Pending,
    Done,
    Failed(Option<String>),
}

impl Job {
    /// Polls the job that the first response names until it is done. Dropping the future stops it.
    pub(super) async fn finish(
        &self,
        endpoint: &ProviderEndpoint<'_>,
        request: &Request,
        mut response: HttpResponse,
    ) -> Result<(HttpResponse, Option<Output>), InferenceError> {
        let first = response.json()?;
        let mut json = first.clone();
        if let Some(status_path) = (self.status_path)(&first) {
            let mut poll_now = self.poll_immediately;
            loop {
                match (self.state)(&json) {
                    State::Done => break,
                    State::Failed(message) => {
                        return Err(endpoint.job_failed(message.as_deref()));
                    }
                    State::Pending => {}
                }
                if !std::mem::take(&mut poll_now) {
                    self.wait(request).await?;
                }
                response = endpoint.get(&status_path).await.map_err(job_lost)?;
                json = response.json()?;
            }
            if let Some(result_path) = self.result_path {
                let result_path = result_path(&first).unwrap_or(status_path);
                response = endpoint.get(&result_path).await.map_err(job_lost)?;
                json = response.json()?;
            }
        }
        let output = (self.read)(&json);
        Ok((response, output))
    }

    /// Waits until the next poll, if the deadline allows one.
    async fn wait(&self, request: &Request) -> Result<(), InferenceError> {
        let left = request.time_left();
        if left.is_zero() {
            return Err(timed_out());
        }
        tokio::time::sleep(self.interval.min(left)).await;
        Ok(())
    }
}

fn timed_out() -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        "the provider did not finish in time; help: raise `timeout`, which includes the polling, or set a `fallback`",
    )
}

/// Converts the error of a poll: a status such as 404 is about the job here, and not about the model.
fn job_lost(error: InferenceError) -> InferenceError {
    match error.upstream_status() {
        Some(
            status @ (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE),
        ) => timed_out().with_upstream_status(status),
        _ => error,
    }
}
