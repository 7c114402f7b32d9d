use http::StatusCode;

/// Why a prediction failed.
///
/// The kind determines the status of the [problem document](crate::InferenceError#in-a-response) sent to the client.
/// Only client errors are 4xx: a missing token or a wrong model id is a server error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input was rejected by the handler's own `preprocess`, by its conversion, or by the model (400, 422).
    InvalidInput,
    /// The input is larger than `max_input`, or than the service accepts (413).
    InputTooLarge,
    /// The backend has no credentials, no address, or is not registered.
    NotConfigured,
    /// The service rejected the credentials (401, 403).
    Unauthorized,
    /// The account has no credits left (402).
    PaymentRequired,
    /// The service does not have this model, or no longer serves it (404, 410).
    ModelNotFound,
    /// The backend does not support this task.
    Unsupported,
    /// The service rate-limited the call (429).
    RateLimited,
    /// The model is being loaded (503 with an estimate or a message that indicates loading).
    ModelLoading,
    /// The service is overloaded (503, 424, 529).
    Overloaded,
    /// Connecting to the service failed, or the connection broke.
    Unreachable,
    /// A timeout: our own, or 408 and 504 from the service.
    Timeout,
    /// The service failed (500, 502 and every other server error).
    ServiceFailed,
    /// The response cannot be parsed: truncated, HTML, not JSON.
    MalformedOutput,
    /// The response is not an output of this task, or `postprocess` rejected it.
    UnexpectedOutput,
    /// The response is larger than the client accepts.
    OutputTooLarge,
    /// The circuit breaker of the model is open: `circuit_breaker`.
    CircuitOpen,
    /// The call exceeds `rate_limit` or `concurrency`.
    Throttled,
    /// A defect in this process.
    Internal,
}

impl ErrorKind {
    /// Returns the kind's name in logs, metrics and the problem document's `kind`: `rate_limited`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::InputTooLarge => "input_too_large",
            Self::NotConfigured => "not_configured",
            Self::Unauthorized => "unauthorized",
            Self::PaymentRequired => "payment_required",
            Self::ModelNotFound => "model_not_found",
            Self::Unsupported => "unsupported",
            Self::RateLimited => "rate_limited",
            Self::ModelLoading => "model_loading",
            Self::Overloaded => "overloaded",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::ServiceFailed => "service_failed",
            Self::MalformedOutput => "malformed_output",
            Self::UnexpectedOutput => "unexpected_output",
            Self::OutputTooLarge => "output_too_large",
            Self::CircuitOpen => "circuit_open",
            Self::Throttled => "throttled",
            Self::Internal => "internal",
        }
    }

    /// Returns the status of the response to the client.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InvalidInput => StatusCode::UNPROCESSABLE_ENTITY,
            Self::InputTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited
            | Self::ModelLoading
            | Self::Overloaded
            | Self::Unreachable
            | Self::CircuitOpen
            | Self::Throttled => StatusCode::SERVICE_UNAVAILABLE,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Self::ServiceFailed
            | Self::MalformedOutput
            | Self::UnexpectedOutput
            | Self::OutputTooLarge => StatusCode::BAD_GATEWAY,
            Self::NotConfigured
            | Self::Unauthorized
            | Self::PaymentRequired
            | Self::ModelNotFound
            | Self::Unsupported
            | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether the input is at fault, so that any model would reject it.
    #[must_use]
    pub const fn is_client_error(self) -> bool {
        matches!(self, Self::InvalidInput | Self::InputTooLarge)
    }

    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::ModelLoading
                | Self::Overloaded
                | Self::Unreachable
                | Self::Timeout
                | Self::ServiceFailed
                | Self::CircuitOpen
                | Self::Throttled
        )
    }

    /// Returns the message for clients, which reveals nothing about upstreams, configuration or credentials. It is the
    /// problem document's `detail`, for handlers that write their own.
    #[must_use]
    pub const fn public_message(self) -> &'static str {
        match self {
            Self::InvalidInput => "the input cannot be processed",
            Self::InputTooLarge => "the input is too large",
            Self::RateLimited
            | Self::ModelLoading
            | Self::Overloaded
            | Self::CircuitOpen
            | Self::Throttled => "the model is busy, try again in a moment",
            Self::Unreachable => "the model cannot be reached, try again in a moment",
            Self::Timeout => "the model did not answer in time",
            Self::ServiceFailed => "the model failed to answer",
            Self::MalformedOutput | Self::UnexpectedOutput | Self::OutputTooLarge => {
                "the model returned an unusable answer"
            }
            Self::NotConfigured
            | Self::Unauthorized
            | Self::PaymentRequired
            | Self::ModelNotFound
            | Self::Unsupported
            | Self::Internal => "this service is not set up correctly, see its log",
        }
    }
}

impl std::fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
