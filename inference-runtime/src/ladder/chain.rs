//! The walk along the models of an operation: the same for one input, for several, and for a stream.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    Inference, InferenceError,
    error::ErrorKind,
    operation::Spec,
    runtime::{Plan, PlannedModel},
};

/// The models that have not been called yet, and the failure of those that have.
pub(super) struct Chain<'a> {
    inference: &'a Inference,
    spec: &'static Spec,
    deadline: Instant,
    left: &'a [Arc<PlannedModel>],
    failure: Option<InferenceError>,
}

/// A prediction on its way along the chain.
pub(super) trait Walk {
    type Answer;

    /// Answers from the cache or by this model. The inner error is the model's failure, after which the next model is
    /// called; the outer one ends the walk.
    fn visit(
        &mut self,
        chain: &Chain<'_>,
        planned: &Arc<PlannedModel>,
    ) -> impl Future<Output = Result<Result<Self::Answer, InferenceError>, InferenceError>> + Send;
}

/// The end of a walk without an answer.
pub(super) enum WalkError {
    /// A failure that would occur with every model.
    Fatal(InferenceError),
    /// Every model has failed.
    Exhausted(InferenceError),
}

/// Visits the models in their order, until one of them gives the answer.
pub(super) async fn walk<W: Walk>(
    mut chain: Chain<'_>,
    walk: &mut W,
) -> Result<W::Answer, WalkError> {
    while let Some((planned, left)) = chain.left.split_first() {
        chain.left = left;
        let visited = walk.visit(&chain, planned).await;
        match visited.map_err(WalkError::Fatal)? {
            Ok(answer) => return Ok(answer),
            Err(error) => chain.record_failure(planned, error)?,
        }
    }
    Err(WalkError::Exhausted(chain.into_failure()))
}

impl<'a> Chain<'a> {
    pub(super) fn new(inference: &'a Inference, plan: &'a Plan, deadline: Instant) -> Self {
        Self {
            inference,
            spec: plan.spec,
            deadline,
            left: &plan.models,
            failure: None,
        }
    }

    /// The time for the model that is being visited: a model that hangs must leave time for the next ones.
    pub(super) fn time_for_model(&self) -> Duration {
        let time_left = self.deadline.saturating_duration_since(Instant::now());
        time_left / u32::try_from(self.left.len() + 1).unwrap_or(u32::MAX)
    }

    /// Logs a model's failure if the next one is called, and ends the walk if every model would fail the same way.
    fn record_failure(
        &mut self,
        planned: &PlannedModel,
        error: InferenceError,
    ) -> Result<(), WalkError> {
        let error = planned.label(error);
        if error.is_client_error() {
            return Err(WalkError::Fatal(error));
        }
        let not_configured = error.kind() == ErrorKind::NotConfigured;
        if !self.left.is_empty() {
            if not_configured {
                self.inference
                    .log_skipped(self.spec, &planned.model, &error);
            } else {
                self.inference.log_error(self.spec, &error);
            }
        }
        // The failure of a call takes precedence over that of a model that is not configured.
        if self.failure.is_none() || !not_configured {
            self.failure = Some(error);
        }
        Ok(())
    }

    fn into_failure(self) -> InferenceError {
        self.failure.unwrap_or_else(|| {
            InferenceError::new(
                ErrorKind::NotConfigured,
                "the operation has no models; help: set `model`",
            )
        })
    }
}

impl WalkError {
    pub(super) fn into_inner(self) -> InferenceError {
        match self {
            Self::Fatal(error) | Self::Exhausted(error) => error,
        }
    }
}
