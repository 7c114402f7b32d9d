//! Failures in the log.

use tracing::Level;

use crate::{
    Inference, InferenceError,
    operation::{Model, Spec},
    telemetry::{self, CallLabels},
};

impl Inference {
    /// Tells the log that a chain goes on without this model: once for each backend.
    pub(crate) fn skip(&self, spec: &'static Spec, model: &Model, error: &InferenceError) {
        let operation = spec.name();
        let first = self.first_skip(model.backend());
        telemetry::skipped(&CallLabels { operation, model }, error, first);
    }

    /// Writes a failure to the log, once however many requests share it. What the log knows already goes on at the
    /// level of debugging: that a backend is not configured, after the first time; any other failure that comes again
    /// and again, until a while has passed.
    pub(crate) fn log(&self, spec: &'static Spec, error: &InferenceError) {
        if !error.claim_for_log() {
            return;
        }
        let level = error.level();
        let news = match error.backend() {
            _ if level == Level::DEBUG => Some(0),
            Some(backend) if error.is_not_configured() => {
                self.first_unconfigured(backend).then_some(0)
            }
            _ => self.log_throttle().admit(spec.name(), error),
        };
        match news {
            Some(suppressed) => error.log_at(level, spec.name(), suppressed),
            None => error.log_at(Level::DEBUG, spec.name(), 0),
        }
    }
}
