//! The runtime as a value: backends, cache, settings, statistics.

mod allowed;
mod announced;
mod builder;
mod check;
mod configured;
mod contradictions;
mod plan;
mod repeated;
mod settings;
mod shutdown;
mod statistics;
mod stored;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{HeaderMap, header};
use tokio::time::Instant;
use tracing::{Level, Span};

use announced::Announced;
pub use builder::InferenceBuilder;
pub use check::{Impact, ModelIssue};
use plan::Plans;
pub(crate) use plan::{Plan, Served};
use repeated::Repeated;
use settings::{AllSettings, Settings};
pub use shutdown::ShutdownTimeout;
pub use statistics::Statistics;

use crate::{
    ConfigError,
    axum::{CacheReport, InferenceLayer, Line, Outcome, Report},
    backend::Backend,
    cache::{Flights, Guard, Refreshes},
    error::{ErrorKind, InferenceError},
    media::MediaGate,
    operation::{Model, Spec, registered},
    policy::States,
    telemetry::{self, Asked, Meters},
};

static PROCESS_DEFAULT: OnceLock<Inference> = OnceLock::new();

/// The runtime behind `#[infer]`: backends, cache, settings and statistics. Cheap to clone.
///
/// A program makes one at its start and gives it to its router:
///
/// ```no_run
/// use axum::{Router, routing::post};
/// use inference_runtime::prelude::*;
///
/// # async fn handler() {}
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let inference = Inference::from_env()?;
/// let app: Router = Router::new().route("/", post(handler)).layer(inference.layer());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Inference {
    core: Arc<Core>,
    /// Where the predictions of one request are written down.
    report: Option<Arc<Report>>,
    /// Whether the request asks for an answer that is not out of a cache.
    no_cache: bool,
}

struct Core {
    backends: HashMap<String, Arc<dyn Backend>>,
    /// Backends that the log knows to be skipped.
    skipped: Announced,
    /// Backends that the log knows to be missing where nobody else was asked.
    missing: Announced,
    /// Failures that the log knows of.
    repeated: Repeated,
    store: Arc<Guard>,
    flights: Flights,
    refreshes: Refreshes,
    states: States,
    plans: Plans,
    media: MediaGate,
    statistics: Statistics,
    meters: Meters,
    /// Whether traces hold what was asked and answered.
    record_content: bool,
}

impl Inference {
    /// The runtime as the environment and `inference.toml` describe it: see the chapter on configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where a value cannot be read or an operation is not one of this program.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().env()?.build()
    }

    /// A runtime put together by hand.
    #[must_use]
    pub fn builder() -> InferenceBuilder {
        InferenceBuilder::default()
    }

    /// The layer that gives this runtime to the handlers of a router and reports on their responses.
    #[must_use]
    pub fn layer(&self) -> InferenceLayer {
        InferenceLayer::new(self.clone())
    }

    /// Makes this the runtime of handlers in routers without a [`layer`](Self::layer). The first one stays; `false`
    /// says that there was one.
    pub fn set_process_default(&self) -> bool {
        PROCESS_DEFAULT.set(self.clone()).is_ok()
    }

    /// All operations of the program, by name: one for each `#[prediction]` of each `#[infer]`.
    #[must_use]
    pub fn operations() -> Vec<&'static Spec> {
        registered()
    }

    /// What this runtime has answered so far.
    #[must_use]
    pub fn statistics(&self) -> &Statistics {
        &self.core.statistics
    }

    /// Whether this model could be asked: its backend is there and has what it needs.
    ///
    /// # Errors
    ///
    /// [`NotConfigured`](ErrorKind::NotConfigured), naming what is missing.
    pub fn check_model(&self, model: &str) -> Result<(), InferenceError> {
        let model: Model = model.parse()?;
        let backend = self.core.backends.get(model.backend());
        self.usable(&model, backend).map(|_| ())
    }

    pub(crate) fn process_default() -> Option<Self> {
        PROCESS_DEFAULT.get().cloned()
    }

    /// This runtime for one request.
    pub(crate) fn for_request(&self, headers: &HeaderMap, report: Option<Arc<Report>>) -> Self {
        Self {
            core: Arc::clone(&self.core),
            report,
            no_cache: says_no_cache(headers),
        }
    }

    pub(crate) fn wants_no_cache(&self) -> bool {
        self.no_cache
    }

    pub(crate) fn media(&self) -> &MediaGate {
        &self.core.media
    }

    pub(crate) fn flights(&self) -> &Flights {
        &self.core.flights
    }

    /// What holds for an operation.
    pub(crate) fn plan(&self, spec: &'static Spec) -> Arc<Plan> {
        let Core {
            plans,
            backends,
            states,
            ..
        } = &*self.core;
        plans.get(spec, backends, states)
    }

    /// The backend of a model, if it can be asked.
    pub(crate) fn backend<'s>(
        &self,
        served: &'s Served,
    ) -> Result<&'s Arc<dyn Backend>, InferenceError> {
        self.usable(&served.model, served.backend.as_ref())
    }

    fn usable<'s>(
        &self,
        model: &Model,
        backend: Option<&'s Arc<dyn Backend>>,
    ) -> Result<&'s Arc<dyn Backend>, InferenceError> {
        let backend = backend.ok_or_else(|| self.unknown_backend(model))?;
        backend.check_configured()?;
        Ok(backend)
    }

    fn unknown_backend(&self, model: &Model) -> InferenceError {
        let mut names: Vec<_> = self.core.backends.keys().map(String::as_str).collect();
        names.sort_unstable();
        let known = if names.is_empty() {
            "there is none".to_owned()
        } else {
            format!("there are {}", names.join(", "))
        };
        InferenceError::new(
            ErrorKind::NotConfigured,
            format!(
                "no backend is registered as `{}`; help: register it with `Inference::builder().backend(…)`, {known}",
                model.backend()
            ),
        )
    }

    /// Tells the log that a chain goes on without this model: once for each backend.
    pub(crate) fn skip(&self, spec: &'static Spec, model: &Model, error: &InferenceError) {
        let operation = spec.name();
        let first = self.core.skipped.is_news(model.backend());
        telemetry::skipped(&Asked { operation, model }, error, first);
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
                self.core.missing.is_news(backend).then_some(0)
            }
            _ => self.core.repeated.is_news(spec.name(), error),
        };
        match news {
            Some(suppressed) => error.log_at(level, spec.name(), suppressed),
            None => error.log_at(Level::DEBUG, spec.name(), 0),
        }
    }

    pub(crate) fn meters(&self) -> &Meters {
        &self.core.meters
    }

    pub(crate) fn records_content(&self) -> bool {
        self.core.record_content
    }

    pub(crate) fn store(&self) -> &Guard {
        &self.core.store
    }

    /// The store for what goes on by itself.
    pub(crate) fn shared_store(&self) -> Arc<Guard> {
        Arc::clone(&self.core.store)
    }

    pub(crate) fn refreshes(&self) -> &Refreshes {
        &self.core.refreshes
    }

    pub(crate) fn record(
        &self,
        spec: &'static Spec,
        outcome: Outcome,
        cache: CacheReport,
        age: Option<Duration>,
        started: Instant,
        elapsed: Duration,
    ) {
        self.core.statistics.count(outcome);
        if let Some(report) = &self.report {
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
        telemetry::refused(self, spec, span, &error);
        self.core.statistics.count(Outcome::Failed);
        if let Some(report) = &self.report {
            report.refused(spec);
        }
        error
    }

    pub(crate) fn record_fallback(&self, spec: &'static Spec) {
        self.core.statistics.count_fallback();
        if let Some(report) = &self.report {
            report.fell_back(spec);
        }
    }
}

/// Whether a request's `Cache-Control` (RFC 9111, 5.2.1.4) asks for an answer that is not out of a cache.
fn says_no_cache(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"))
}

impl std::fmt::Debug for Inference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut backends: Vec<_> = self.core.backends.keys().collect();
        backends.sort();
        f.debug_struct("Inference")
            .field("backends", &backends)
            .finish_non_exhaustive()
    }
}
