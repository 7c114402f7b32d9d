//! The models of an operation, in their order.

use std::{sync::Arc, time::Duration};

use crate::{
    Inference, InferenceError,
    error::ErrorKind,
    operation::Spec,
    runtime::{Plan, PlannedModel},
};

/// Goes from one model to the next, and knows what to say when the last has failed.
pub(super) struct Chain<'a> {
    inference: &'a Inference,
    spec: &'static Spec,
    left: &'a [Arc<PlannedModel>],
    failure: Option<InferenceError>,
}

impl<'a> Chain<'a> {
    pub(super) fn of(inference: &'a Inference, plan: &'a Plan) -> Self {
        Self {
            inference,
            spec: plan.spec,
            left: &plan.models,
            failure: None,
        }
    }

    pub(super) fn next(&mut self) -> Option<&'a Arc<PlannedModel>> {
        let (served, left) = self.left.split_first()?;
        self.left = left;
        Some(served)
    }

    /// The time for the model just taken: one that hangs must leave some for those behind it.
    pub(super) fn share(&self, time_left: Duration) -> Duration {
        time_left / u32::try_from(self.left.len() + 1).unwrap_or(u32::MAX)
    }

    /// A model has failed: the next is asked, unless none could do better.
    pub(super) fn failed(
        &mut self,
        served: &PlannedModel,
        error: InferenceError,
    ) -> Result<(), InferenceError> {
        let model = &served.model;
        let error = error.with_model(model.backend(), model.name());
        if error.is_client_error() {
            return Err(error);
        }
        let not_configured = error.kind() == ErrorKind::NotConfigured;
        if !self.left.is_empty() {
            if not_configured {
                self.inference.skip(self.spec, model, &error);
            } else {
                self.inference.log(self.spec, &error);
            }
        }
        // What a model did says more than that another could not be asked.
        if self.failure.is_none() || !not_configured {
            self.failure = Some(error);
        }
        Ok(())
    }

    pub(super) fn end(self) -> InferenceError {
        self.failure.unwrap_or_else(|| {
            InferenceError::new(
                ErrorKind::NotConfigured,
                "the operation names no model; help: give it a `model`",
            )
        })
    }
}
