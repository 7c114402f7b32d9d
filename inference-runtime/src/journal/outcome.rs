//! Records outcomes of predictions in the statistics and in the request report.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Span;

use super::recorder::record_error;
use crate::{
    Inference, InferenceError,
    operation::Spec,
    report::{CacheReport, Outcome, ReportLine},
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
            report.add(ReportLine {
                spec,
                outcome,
                cache,
                age,
                started,
                elapsed,
            });
        }
    }

    /// Records that the handler rejected a model's answer, so that the prediction has failed.
    pub(crate) fn record_rejected(
        &self,
        spec: &'static Spec,
        span: &Span,
        error: InferenceError,
        elapsed: Duration,
    ) -> InferenceError {
        let error = error.with_elapsed(elapsed);
        span.in_scope(|| self.log_error(spec, &error));
        self.meters().rejected(spec, &error);
        if !span.is_disabled() {
            record_error(span, error.kind().as_str());
        }
        self.statistics().count(Outcome::Failed);
        if let Some(report) = self.report() {
            report.reject(spec);
        }
        error
    }

    pub(crate) fn record_fallback(&self, spec: &'static Spec) {
        self.statistics().count_fallback();
        if let Some(report) = self.report() {
            report.fall_back(spec);
        }
    }
}
