use std::{convert::Infallible, fmt, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::{
    Vertex,
    route::Location,
    token::{TTL, Tokens},
};
use crate::{
    ConfigError,
    backend::http::{Hints, ServiceKind, Settings},
};

pub(super) static KIND: ServiceKind = ServiceKind {
    name: "Vertex AI",
    example: "https://europe-west4-aiplatform.googleapis.com",
    hints: Hints {
        unauthorized: "check that the token provider returns an access token of the scope `cloud-platform`",
        forbidden: "give the account the role `Vertex AI User` in the project",
        payment_required: "check the billing of the project",
        not_found: "check the endpoint's id or the model's name, `project` and `location`",
        unsupported: "check the inputs that the endpoint's container accepts",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Builder for [`Vertex`].
pub struct VertexBuilder {
    settings: Settings,
    project: Option<String>,
    location: Option<String>,
    tokens: Option<Tokens>,
    ttl: Duration,
}

impl Default for VertexBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            project: None,
            location: None,
            tokens: None,
            ttl: TTL,
        }
    }
}

impl VertexBuilder {
    /// Sets the project's id or number.
    #[must_use]
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into());
        self
    }

    /// Sets the location (`europe-west4`).
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Sets the base URL. Default: Google's for the location. Use it for a private endpoint or a test server.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.settings.base_url(url.into());
        self
    }

    /// Sets the source of access tokens: an async function that returns one of the scope `cloud-platform`, without `Bearer`.
    /// It is called when there is no token, when the last one has [expired](Self::token_ttl), and once when one is refused;
    /// never concurrently.
    #[must_use]
    pub fn token_provider<F, Fut, E>(mut self, provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<SecretString, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.tokens = Some(Tokens::new(provider));
        self
    }

    /// Reads access tokens from a file that another process updates.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.tokens = Some(Tokens::from_file(path.into()));
        self
    }

    /// Reads the access token from this environment variable once. If it is not set, the backend is
    /// [not configured](crate::ErrorKind::NotConfigured).
    #[must_use]
    pub fn token_env(mut self, variable: impl AsRef<str>) -> Self {
        match std::env::var(variable.as_ref()) {
            Ok(token) if !token.trim().is_empty() => self.token(token),
            _ => {
                self.tokens = None;
                self
            }
        }
    }

    /// Sets an access token that is used as long as the process runs: for a short run.
    #[must_use]
    pub fn token(self, token: impl Into<SecretString>) -> Self {
        let token = token.into();
        self.token_provider(move || std::future::ready(Ok::<_, Infallible>(token.clone())))
    }

    /// Sets how long a token is used. Default: 50 minutes; Google's are valid for an hour.
    #[must_use]
    pub fn token_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Sets the maximum size of a response. Default: 32 MiB.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_response_bytes(bytes);
        self
    }

    /// Builds the backend. Without a source of tokens it is [not configured](crate::ErrorKind::NotConfigured).
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if project or location are missing or the address is invalid.
    pub fn build(mut self) -> Result<Vertex, ConfigError> {
        let location = Location {
            project: path_segment(self.project, "project", "my-project")?,
            location: path_segment(self.location, "location", "europe-west4")?,
        };
        self.settings.default_base_url(|| location.base_url());
        let ttl = self.ttl;
        Ok(Vertex {
            endpoint: self.settings.build(&KIND)?,
            location,
            tokens: self.tokens.map(|tokens| tokens.with_ttl(ttl)),
        })
    }
}

/// Checks a value that becomes part of every URL.
fn path_segment(value: Option<String>, name: &str, example: &str) -> Result<String, ConfigError> {
    value
        .map(|value| value.trim().to_owned())
        .filter(|value| {
            let mut parts = value.split(['-', '.', ':']);
            parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
        })
        .ok_or_else(|| {
            ConfigError::new(format!(
                "the `{name}` of Vertex AI is missing or invalid; help: set it to something like `{example}`"
            ))
        })
}

impl fmt::Debug for VertexBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VertexBuilder")
            .field("project", &self.project)
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}
