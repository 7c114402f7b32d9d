//! The runtime as a value: backends, cache, settings, statistics.

mod allowed;
mod build_backends;
mod build_store;
mod builder;
mod check;
mod contradictions;
mod log_once;
mod log_throttle;
mod plan;
mod settings;
mod shutdown;
mod statistics;
mod supported;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

pub use builder::InferenceBuilder;
pub use check::{Impact, ModelIssue};
use log_once::LogOnce;
use log_throttle::LogThrottle;
use plan::Plans;
pub(crate) use plan::{Plan, PlannedModel};
use settings::{AllSettings, Settings};
pub use shutdown::ShutdownTimeout;
pub use statistics::Statistics;

use crate::{
    ConfigError,
    backend::Backend,
    cache::{Flights, Guard, Refreshes},
    error::{ErrorKind, InferenceError},
    media::MediaGate,
    operation::{Model, Registered, Spec, operations},
    policy::States,
    report::Report,
    telemetry::Meters,
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
    /// Backends whose skipping has been logged.
    skipped: LogOnce,
    /// Backends whose missing configuration has been logged as a failure.
    unconfigured: LogOnce,
    /// Recent failures in the log.
    log_throttle: LogThrottle,
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

    /// Makes this the runtime of handlers in routers without a [`layer`](Self::layer). The first one stays; `false`
    /// says that there was one.
    pub fn set_process_default(&self) -> bool {
        PROCESS_DEFAULT.set(self.clone()).is_ok()
    }

    /// All operations of the program, by name: one for each `#[prediction]` of each `#[infer]`.
    #[must_use]
    pub fn operations() -> Vec<&'static Registered> {
        operations()
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
    pub(crate) fn for_request(&self, no_cache: bool, report: Option<Arc<Report>>) -> Self {
        Self {
            core: Arc::clone(&self.core),
            report,
            no_cache,
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
        served: &'s PlannedModel,
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

    /// The report of the request that this runtime was made for.
    pub(crate) fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    /// Whether this is the first time that a chain skips this backend.
    pub(crate) fn first_skip(&self, backend: &str) -> bool {
        self.core.skipped.insert(backend)
    }

    /// Whether this is the first time that a prediction fails because this backend is not configured.
    pub(crate) fn first_unconfigured(&self, backend: &str) -> bool {
        self.core.unconfigured.insert(backend)
    }

    pub(crate) fn log_throttle(&self) -> &LogThrottle {
        &self.core.log_throttle
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
