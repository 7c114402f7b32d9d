use http::StatusCode;

/// Why a prediction failed: one kind for each thing a program might do about it.
///
/// The kind decides the status of the [problem document](crate::InferenceError#in-a-response) a client sees.
/// Only the caller's own mistakes are 4xx: a missing token or a wrong model id is the service's fault, not the
/// caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input was refused: by the handler's own `preprocess`, by its conversion, or by the model (400, 422).
    InvalidInput,
    /// The input is larger than `max_input`, or than the service takes (413).
    InputTooLarge,
    /// The backend has no credentials, no address, or is not registered.
    NotConfigured,
    /// The service refused the credentials (401, 403).
    Unauthorized,
    /// The account has no credits left (402).
    PaymentRequired,
    /// The service does not know, or no longer serves, this model (404, 410).
    ModelNotFound,
    /// The backend cannot do this task.
    Unsupported,
    /// The service limits our rate (429).
    RateLimited,
    /// The model is being loaded (503 with an estimate, or words to that effect).
    ModelLoading,
    /// The service is overloaded (503, 424, 529).
    Overloaded,
    /// No connection to the service, or it broke.
    Unreachable,
    /// No answer within the time allowed (ours, or 408 and 504 from the service).
    Timeout,
    /// The service failed (500, 502 and every other status that says so).
    ServiceFailed,
    /// The answer cannot be read: truncated, HTML, not JSON.
    MalformedOutput,
    /// The answer can be read but is not what this task gives, or `postprocess` refused it.
    UnexpectedOutput,
    /// The answer is larger than the client accepts.
    OutputTooLarge,
    /// The model has failed too often and is left alone for a while: `circuit_breaker`.
    CircuitOpen,
    /// More calls than `rate_limit` or `concurrency` allow.
    Throttled,
    /// A defect in this process.
    Internal,
}

impl ErrorKind {
    /// The kind as one word for logs, metrics and the problem document's `kind`: `rate_limited`.
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

    /// The status a client gets.
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

    /// Whether the caller sent something no model would answer.
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

    /// What a client is told: nothing about our upstreams, our configuration or our credentials. It is the problem
    /// document's `detail`, for handlers that write their own.
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
                "the model gave no usable answer"
            }
            Self::NotConfigured
            | Self::Unauthorized
            | Self::PaymentRequired
            | Self::ModelNotFound
            | Self::Unsupported
            | Self::Internal => "this service is not set up correctly, its log says why",
        }
    }
}

impl std::fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
