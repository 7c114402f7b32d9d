//! The runtime: backends, cache, settings, statistics.

mod allowed;
mod build_backends;
mod build_store;
mod builder;
mod check;
mod effective;
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
pub use effective::{EffectiveSetting, OperationSettings, SettingOrigin};
use log_once::LogOnce;
use log_throttle::LogThrottle;
use plan::Plans;
pub(crate) use plan::{Plan, PlannedModel};
use settings::AllSettings;
pub use shutdown::ShutdownTimeout;
pub use statistics::Statistics;

use crate::{
    ConfigError,
    backend::Backend,
    cache::{Flights, Guard, Refreshes},
    error::{ErrorKind, InferenceError},
    media::MediaResolver,
    operation::{Model, Registered, Spec, operations},
    policy::ModelStates,
    report::Report,
    telemetry::Meters,
};

static PROCESS_DEFAULT: OnceLock<Inference> = OnceLock::new();

/// The runtime behind `#[infer]`: backends, cache, settings and statistics. Cheap to clone.
///
/// A program creates one at its start and adds it to its router:
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
    /// The report of the current request's predictions.
    report: Option<Arc<Report>>,
    /// Whether the current request bypasses the cache.
    no_cache: bool,
}

struct Core {
    backends: HashMap<String, Arc<dyn Backend>>,
    /// Backends whose skipping has been logged.
    skipped: LogOnce,
    /// Backends whose missing configuration has been logged as a failure.
    unconfigured: LogOnce,
    log_throttle: LogThrottle,
    store: Arc<Guard>,
    flights: Flights,
    refreshes: Refreshes,
    states: ModelStates,
    plans: Plans,
    media: MediaResolver,
    statistics: Statistics,
    meters: Meters,
    /// Whether spans record inputs and outputs.
    record_content: bool,
}

impl Inference {
    /// Creates the runtime from `inference.toml` and the environment: see the chapter on configuration.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if a value is invalid or an operation does not exist in this program.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().env()?.build()
    }

    /// Returns a builder for a runtime that is configured in code.
    #[must_use]
    pub fn builder() -> InferenceBuilder {
        InferenceBuilder::default()
    }

    /// Makes this the runtime of handlers in routers without a [`layer`](Self::layer). Returns `false`, without effect, if
    /// there is one already.
    pub fn set_process_default(&self) -> bool {
        PROCESS_DEFAULT.set(self.clone()).is_ok()
    }

    /// Returns all operations of the program, sorted by name: one for each `#[prediction]` of each `#[infer]`.
    #[must_use]
    pub fn operations() -> Vec<&'static Registered> {
        operations()
    }

    /// Returns the statistics of this runtime.
    #[must_use]
    pub fn statistics(&self) -> &Statistics {
        &self.core.statistics
    }

    /// Checks that this model can be called: that its backend is registered and configured.
    ///
    /// # Errors
    ///
    /// Returns a [`NotConfigured`](ErrorKind::NotConfigured) error that names what is missing.
    pub fn check_model(&self, model: &str) -> Result<(), InferenceError> {
        let model: Model = model.parse()?;
        let backend = self.core.backends.get(model.backend());
        self.check_backend(&model, backend).map(|_| ())
    }

    pub(crate) fn process_default() -> Option<Self> {
        PROCESS_DEFAULT.get().cloned()
    }

    /// Returns the runtime for one request.
    pub(crate) fn for_request(&self, no_cache: bool, report: Option<Arc<Report>>) -> Self {
        Self {
            core: Arc::clone(&self.core),
            report,
            no_cache,
        }
    }

    pub(crate) fn bypasses_cache(&self) -> bool {
        self.no_cache
    }

    pub(crate) fn media(&self) -> &MediaResolver {
        &self.core.media
    }

    pub(crate) fn flights(&self) -> &Flights {
        &self.core.flights
    }

    /// Returns the plan of an operation.
    pub(crate) fn plan(&self, spec: &'static Spec) -> Arc<Plan> {
        let Core {
            plans,
            backends,
            states,
            ..
        } = &*self.core;
        plans.get(spec, backends, states)
    }

    fn effective_settings(&self) -> &[OperationSettings] {
        self.core.plans.effective_settings()
    }

    /// Returns the backend of a model, if it is registered and configured.
    pub(crate) fn backend<'s>(
        &self,
        planned: &'s PlannedModel,
    ) -> Result<&'s Arc<dyn Backend>, InferenceError> {
        self.check_backend(&planned.model, planned.backend.as_ref())
    }

    fn check_backend<'s>(
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
        let registered = if names.is_empty() {
            "no backends are registered".to_owned()
        } else {
            format!("registered are {}", names.join(", "))
        };
        InferenceError::new(
            ErrorKind::NotConfigured,
            format!(
                "no backend is registered as `{}`; help: register it with `Inference::builder().backend(…)`; {registered}",
                model.backend()
            ),
        )
    }

    /// Returns the report of the current request.
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

    /// Returns the store, for tasks that outlive the request.
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
