use std::fmt;

use serde::de::DeserializeOwned;

/// What a service sent back.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The body, whole.
    pub body: &'a [u8],
    /// Its media type, where the service named one.
    pub media_type: Option<&'a str>,
}

impl Answer<'_> {
    /// Reads the body as JSON of this shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Unusable> {
        serde_json::from_slice(self.body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Unusable::unexpected(error.to_string()),
            _ => Unusable::malformed(error.to_string()),
        })
    }
}

/// Why an answer is of no use.
#[derive(Clone, Debug)]
pub struct Unusable {
    pub(crate) malformed: bool,
    pub(crate) detail: String,
}

impl Unusable {
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

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Unusable {}
