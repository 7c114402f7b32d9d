//! Logging of failures.

use tracing::Level;

use crate::{
    Inference, InferenceError,
    operation::{Model, Spec},
    telemetry::{self, CallLabels},
};

impl Inference {
    /// Logs that a chain skips this model: as a warning once for each backend.
    pub(crate) fn log_skipped(&self, spec: &'static Spec, model: &Model, error: &InferenceError) {
        let operation = spec.name();
        let first = self.first_skip(model.backend());
        telemetry::skipped(&CallLabels { operation, model }, error, first);
    }

    /// Logs a failure, once however many requests share it. Repetitions are logged at the debug level: that a backend is
    /// not configured, after the first time; any other failure, for a while after it was logged.
    pub(crate) fn log_error(&self, spec: &'static Spec, error: &InferenceError) {
        if !error.claim_for_log() {
            return;
        }
        let level = error.level();
        let suppressed = match error.backend() {
            _ if level == Level::DEBUG => Some(0),
            Some(backend) if error.is_not_configured() => {
                self.first_unconfigured(backend).then_some(0)
            }
            _ => self.log_throttle().admit(spec.name(), error),
        };
        match suppressed {
            Some(suppressed) => error.log_at(level, spec.name(), suppressed),
            None => error.log_at(Level::DEBUG, spec.name(), 0),
        }
    }
}
