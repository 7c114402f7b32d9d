//! What can go wrong, and what a client and an operator are told of it.

mod kind;
mod problem;
mod redact;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::StatusCode;
use tracing::Level;

pub use kind::ErrorKind;
#[cfg(feature = "upload")]
pub(crate) use problem::problem;
pub(crate) use redact::redact;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A prediction that failed.
///
/// Opaque and cheap to clone: one failed call may be the answer to many requests. [`kind`](Self::kind) says what
/// happened, [`Display`](fmt::Display) one sentence with what to do about it. That sentence never holds what the
/// service said, an address or a credential; the service's own words are in [`upstream`](Self::upstream), with
/// secrets taken out, and go to the log.
///
/// # In a response
///
/// It is [`IntoResponse`](axum::response::IntoResponse): a handler that returns `Result<_, InferenceError>`
/// answers with [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) `application/problem+json`, the status of
/// [`ErrorKind::status`], and `Retry-After` where waiting helps.
///
/// ```
/// use inference_runtime::{ErrorKind, InferenceError};
///
/// let error = InferenceError::new(ErrorKind::Overloaded, "the model is overloaded");
/// assert!(error.is_transient());
/// assert_eq!(error.status(), 503);
/// ```
#[derive(Clone)]
pub struct InferenceError {
    inner: Arc<Inner>,
    /// Of this prediction: others that share the failure have waited for another time.
    elapsed: Duration,
}

struct Inner {
    kind: ErrorKind,
    message: String,
    details: Details,
    logged: AtomicBool,
}

#[derive(Clone, Default)]
struct Details {
    backend: Option<String>,
    model: Option<String>,
    provider: Option<String>,
    upstream_status: Option<StatusCode>,
    upstream: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl InferenceError {
    /// An error of this kind. The message is for the operator: one lower-case sentence, with `; help: …` where
    /// something can be done. It must not hold a secret.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let inner = Inner {
            kind,
            message: message.into(),
            details: Details::default(),
            logged: AtomicBool::new(false),
        };
        Self {
            inner: Arc::new(inner),
            elapsed: Duration::ZERO,
        }
    }

    fn with(self, change: impl FnOnce(&mut Details)) -> Self {
        // The builder methods run before the error is shared, so this does not copy.
        let mut inner = Arc::try_unwrap(self.inner).unwrap_or_else(|shared| Inner {
            kind: shared.kind,
            message: shared.message.clone(),
            details: shared.details.clone(),
            logged: AtomicBool::new(shared.logged.load(Ordering::Relaxed)),
        });
        change(&mut inner.details);
        Self {
            inner: Arc::new(inner),
            elapsed: self.elapsed,
        }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(self, source: impl Into<Source>) -> Self {
        self.with(|details| details.source = Some(Arc::from(source.into())))
    }

    /// Adds the status the service answered with.
    #[must_use]
    pub fn with_upstream_status(self, status: StatusCode) -> Self {
        self.with(|details| details.upstream_status = Some(status))
    }

    /// Adds the service's own words. Things that look like credentials are taken out and long texts are cut.
    #[must_use]
    pub fn with_upstream(self, words: &str) -> Self {
        let words = redact(words);
        self.with(|details| details.upstream = Some(words))
    }

    /// Adds the id the service gave the request, for its support.
    #[must_use]
    pub fn with_request_id(self, id: impl Into<String>) -> Self {
        let id = redact(&id.into());
        self.with(|details| details.request_id = Some(id))
    }

    /// Adds the provider that answered, where the backend is a router of several.
    #[must_use]
    pub fn with_provider(self, provider: impl Into<String>) -> Self {
        let provider = redact(&provider.into());
        self.with(|details| details.provider = Some(provider))
    }

    /// Adds how long to wait before another try.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        self.with(|details| details.retry_after = Some(wait))
    }

    /// Adds which model was asked, unless the backend has said so itself.
    pub(crate) fn with_model(self, backend: &str, model: &str) -> Self {
        if self.inner.details.model.is_some() {
            return self;
        }
        self.with(|details| {
            details.backend = Some(backend.to_owned());
            details.model = Some(model.to_owned());
        })
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The status a client gets: see [`ErrorKind::status`].
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.inner.kind.status()
    }

    /// The backend that was asked (`hf`).
    #[must_use]
    pub fn backend(&self) -> Option<&str> {
        self.inner.details.backend.as_deref()
    }

    /// The model that was asked.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.inner.details.model.as_deref()
    }

    /// The provider that answered, where the backend is a router of several.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.inner.details.provider.as_deref()
    }

    /// The status the service answered with.
    #[must_use]
    pub fn upstream_status(&self) -> Option<StatusCode> {
        self.inner.details.upstream_status
    }

    /// The service's own words, without secrets. For logs, not for clients.
    #[must_use]
    pub fn upstream(&self) -> Option<&str> {
        self.inner.details.upstream.as_deref()
    }

    /// The id the service gave the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.inner.details.request_id.as_deref()
    }

    /// How long the service, or the kind of failure, asks to wait before another try.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.details.retry_after
    }

    /// How long the prediction took until it failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    pub(crate) fn after(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.inner.kind.is_transient()
    }

    /// Whether the caller sent something no model would answer.
    #[must_use]
    pub fn is_client_error(&self) -> bool {
        self.inner.kind.is_client_error()
    }

    /// Whether the time allowed ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout
    }

    /// Whether a credential, an address or a backend is missing in the configuration.
    #[must_use]
    pub fn is_not_configured(&self) -> bool {
        self.inner.kind == ErrorKind::NotConfigured
    }

    /// Whether the log has not been told of it: who asks first tells. One failure may be the answer to many requests.
    pub(crate) fn claim_for_log(&self) -> bool {
        !self.inner.logged.swap(true, Ordering::Relaxed)
    }

    /// How much it matters to an operator.
    pub(crate) fn level(&self) -> Level {
        match self.inner.kind {
            // A caller who sends rubbish is no news for an operator.
            kind if kind.is_client_error() => Level::INFO,
            // The log was told when it began: not once more with every request.
            ErrorKind::CircuitOpen | ErrorKind::Throttled => Level::DEBUG,
            ErrorKind::Internal | ErrorKind::NotConfigured | ErrorKind::Unauthorized => {
                Level::ERROR
            }
            _ => Level::WARN,
        }
    }

    /// Writes the failure to the log, and how many like it were written for debugging only since the last that was not.
    pub(crate) fn log_at(&self, level: Level, operation: &str, suppressed: u64) {
        let details = &self.inner.details;
        let source = details
            .source
            .as_deref()
            .map(|source| redact(&chain(source)));
        let suppressed = (suppressed > 0).then_some(suppressed);
        macro_rules! event {
            ($level:ident) => {
                tracing::$level!(
                    operation,
                    error.type = self.inner.kind.as_str(),
                    backend = details.backend.as_deref(),
                    model = details.model.as_deref(),
                    provider = details.provider.as_deref(),
                    upstream.status = details.upstream_status.map(|status| status.as_u16()),
                    upstream.message = details.upstream.as_deref(),
                    request_id = details.request_id.as_deref(),
                    source = source.as_deref(),
                    suppressed,
                    "{}",
                    self.inner.message
                )
            };
        }
        match level {
            Level::ERROR => event!(error),
            Level::WARN => event!(warn),
            Level::INFO => event!(info),
            _ => event!(debug),
        }
    }
}

/// A cause and its own causes, outermost first.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl fmt::Display for InferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.message)
    }
}

impl fmt::Debug for InferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &self.inner.details;
        f.debug_struct("InferenceError")
            .field("kind", &self.inner.kind)
            .field("message", &self.inner.message)
            .field("backend", &details.backend)
            .field("model", &details.model)
            .field("provider", &details.provider)
            .field("upstream_status", &details.upstream_status)
            .field("upstream", &details.upstream)
            .field("request_id", &details.request_id)
            .field("retry_after", &details.retry_after)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for InferenceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.inner.details.source.as_deref()?;
        Some(source)
    }
}
