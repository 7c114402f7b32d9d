use std::fmt;

use serde_json::{Value, error::Category};

/// The response of a service.
#[derive(Clone, Copy, Debug)]
pub struct RawResponse<'a> {
    /// The whole body.
    pub body: &'a [u8],
    /// The media type, if the service sent one.
    pub media_type: Option<&'a str>,
}

impl RawResponse<'_> {
    /// Parses the body as JSON.
    pub(crate) fn json(&self) -> Result<Value, DecodeError> {
        serde_json::from_slice(self.body).map_err(|error| {
            let body = self.body.trim_ascii();
            let length = self.body.len();
            DecodeError::malformed(if body.is_empty() {
                "expected JSON, found an empty body".to_owned()
            } else if body.starts_with(b"<") {
                "expected JSON, found HTML".to_owned()
            } else if error.classify() == Category::Eof {
                format!("the JSON is truncated after {length} bytes")
            } else {
                format!("expected JSON: {error}")
            })
        })
    }
}

/// The error of decoding a response.
#[derive(Clone, Debug)]
pub struct DecodeError {
    pub(crate) malformed: bool,
    pub(crate) detail: String,
}

impl DecodeError {
    /// Creates an error for a body that cannot be parsed: truncated, or in another format.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self {
            malformed: true,
            detail: detail.into(),
        }
    }

    /// Creates an error for a body that can be parsed but is not an output of the task.
    #[must_use]
    pub fn unexpected(detail: impl Into<String>) -> Self {
        Self {
            malformed: false,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for DecodeError {}
