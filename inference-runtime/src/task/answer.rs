use std::fmt;

use serde_json::{Value, error::Category};

/// What a service sent back.
#[derive(Clone, Copy, Debug)]
pub struct RawResponse<'a> {
    /// The body, whole.
    pub body: &'a [u8],
    /// Its media type, where the service named one.
    pub media_type: Option<&'a str>,
}

impl RawResponse<'_> {
    /// Reads the body as JSON, of whatever shape.
    pub(crate) fn json(&self) -> Result<Value, DecodeError> {
        serde_json::from_slice(self.body).map_err(|error| {
            let body = self.body.trim_ascii();
            let length = self.body.len();
            DecodeError::malformed(if body.is_empty() {
                "expected JSON, found an empty body".to_owned()
            } else if body.starts_with(b"<") {
                "expected JSON, found HTML".to_owned()
            } else if error.classify() == Category::Eof {
                format!("the JSON breaks off after {length} bytes")
            } else {
                format!("expected JSON: {error}")
            })
        })
    }
}

/// Why an answer is of no use.
#[derive(Clone, Debug)]
pub struct DecodeError {
    pub(crate) malformed: bool,
    pub(crate) detail: String,
}

impl DecodeError {
    /// The body cannot be read: it is truncated, or not in the format at all.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self {
            malformed: true,
            detail: detail.into(),
        }
    }

    /// The body can be read, but is not what the task gives.
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
