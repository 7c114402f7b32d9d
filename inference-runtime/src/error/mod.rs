//! Errors of predictions: their kinds, the problem document for clients, and the log line for operators.

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

/// The error of a failed prediction.
///
/// Opaque and cheap to clone: many requests may share one failed call. [`kind`](Self::kind) classifies it;
/// [`Display`](fmt::Display) is one sentence, with help where there is any. The sentence never contains a message of the
/// service, an address or a credential. The service's message is in [`upstream`](Self::upstream), with secrets redacted,
/// and is logged.
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
    /// The duration of this prediction. Others that share the failure have their own.
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
    /// Creates an error of this kind. The message is for the operator: one lower-case sentence, followed by `; help: …`
    /// where something can be done. It must not contain a secret.
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

    /// Adds the cause.
    #[must_use]
    pub fn with_source(self, source: impl Into<Source>) -> Self {
        self.with(|details| details.source = Some(Arc::from(source.into())))
    }

    /// Adds the status of the service's response.
    #[must_use]
    pub fn with_upstream_status(self, status: StatusCode) -> Self {
        self.with(|details| details.upstream_status = Some(status))
    }

    /// Adds the service's message. Anything that looks like a credential is redacted, and long texts are truncated.
    #[must_use]
    pub fn with_upstream(self, message: &str) -> Self {
        let message = redact(message);
        self.with(|details| details.upstream = Some(message))
    }

    /// Adds the id that the service assigned to the request.
    #[must_use]
    pub fn with_request_id(self, id: impl Into<String>) -> Self {
        let id = redact(&id.into());
        self.with(|details| details.request_id = Some(id))
    }

    /// Adds the provider that responded, if the backend is a router of several.
    #[must_use]
    pub fn with_provider(self, provider: impl Into<String>) -> Self {
        let provider = redact(&provider.into());
        self.with(|details| details.provider = Some(provider))
    }

    /// Adds how long to wait before a retry.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        self.with(|details| details.retry_after = Some(wait))
    }

    /// Adds the model that was called, unless the backend has added it.
    pub(crate) fn with_model(self, backend: &str, model: &str) -> Self {
        if self.inner.details.model.is_some() {
            return self;
        }
        self.with(|details| {
            details.backend = Some(backend.to_owned());
            details.model = Some(model.to_owned());
        })
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Returns the status of the response to the client: see [`ErrorKind::status`].
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.inner.kind.status()
    }

    /// Returns the backend that was called (`hf`).
    #[must_use]
    pub fn backend(&self) -> Option<&str> {
        self.inner.details.backend.as_deref()
    }

    /// Returns the model that was called.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.inner.details.model.as_deref()
    }

    /// Returns the provider that responded, if the backend is a router of several.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.inner.details.provider.as_deref()
    }

    /// Returns the status of the service's response.
    #[must_use]
    pub fn upstream_status(&self) -> Option<StatusCode> {
        self.inner.details.upstream_status
    }

    /// Returns the service's message, with secrets redacted. For logs, not for clients.
    #[must_use]
    pub fn upstream(&self) -> Option<&str> {
        self.inner.details.upstream.as_deref()
    }

    /// Returns the id that the service assigned to the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.inner.details.request_id.as_deref()
    }

    /// Returns how long to wait before a retry, if the service or the kind of failure specifies it.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.details.retry_after
    }

    /// Returns how long the prediction took until it failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    pub(crate) fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.inner.kind.is_transient()
    }

    /// Whether the input is at fault, so that any model would reject it.
    #[must_use]
    pub fn is_client_error(&self) -> bool {
        self.inner.kind.is_client_error()
    }

    /// Whether the prediction or the call timed out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout
    }

    /// Whether a credential, an address or a backend is missing from the configuration.
    #[must_use]
    pub fn is_not_configured(&self) -> bool {
        self.inner.kind == ErrorKind::NotConfigured
    }

    /// Returns `true` to the first caller only, which then logs the error. Many requests may share one failure.
    pub(crate) fn claim_for_log(&self) -> bool {
        !self.inner.logged.swap(true, Ordering::Relaxed)
    }

    /// Returns the level at which the error is logged.
    pub(crate) fn level(&self) -> Level {
        match self.inner.kind {
            // Invalid input needs no action by the operator.
            kind if kind.is_client_error() => Level::INFO,
            // The beginning of the outage has been logged: further requests are not.
            ErrorKind::CircuitOpen | ErrorKind::Throttled => Level::DEBUG,
            ErrorKind::Internal | ErrorKind::NotConfigured | ErrorKind::Unauthorized => {
                Level::ERROR
            }
            _ => Level::WARN,
        }
    }

    /// Logs the error, with the number of similar ones that were logged at the debug level since the last one that was
    /// not.
    pub(crate) fn log_at(&self, level: Level, operation: &str, suppressed: u64) {
        let details = &self.inner.details;
        let source = details
            .source
            .as_deref()
            .map(|source| redact(&cause_chain(source)));
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

/// Joins the messages of an error and its causes, outermost first.
fn cause_chain(error: &dyn std::error::Error) -> String {
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
