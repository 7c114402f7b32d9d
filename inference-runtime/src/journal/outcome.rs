//! Outcomes of predictions, in the statistics and in the report of the request.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Span;

use super::recorder::record_error;
use crate::{
    Inference, InferenceError,
    operation::Spec,
    report::{CacheReport, Line, Outcome},
};

impl Inference {
    pub(crate) fn record(
        &self,
        spec: &'static Spec,
        outcome: Outcome,
        cache: CacheReport,
        age: Option<Duration>,
        started: Instant,
        elapsed: Duration,
    ) {
        self.statistics().count(outcome);
        if let Some(report) = self.report() {
            report.add(Line {
                spec,
                outcome,
                cache,
                age,
                started,
                elapsed,
            });
        }
    }

    /// A model's answer turned out to be of no use to the handler: its prediction has failed after all.
    pub(crate) fn refuse(
        &self,
        spec: &'static Spec,
        span: &Span,
        error: InferenceError,
        elapsed: Duration,
    ) -> InferenceError {
        let error = error.after(elapsed);
        span.in_scope(|| self.log(spec, &error));
        self.meters().refused(spec, &error);
        if !span.is_disabled() {
            record_error(span, error.kind().as_str());
        }
        self.statistics().count(Outcome::Failed);
        if let Some(report) = self.report() {
            report.refused(spec);
        }
        error
    }

    pub(crate) fn record_fallback(&self, spec: &'static Spec) {
        self.statistics().count_fallback();
        if let Some(report) = self.report() {
            report.fell_back(spec);
        }
    }
}
