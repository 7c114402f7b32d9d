use std::{convert::Infallible, fmt, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::{
    Vertex,
    route::Place,
    token::{TTL, Tokens},
};
use crate::{
    ConfigError,
    backend::http::{Hints, Kind, Settings},
};

pub(super) static KIND: Kind = Kind {
    name: "Vertex AI",
    example: "https://europe-west4-aiplatform.googleapis.com",
    advice: Hints {
        unauthorized: "check that the token provider gives an access token of the scope `cloud-platform`",
        forbidden: "give the account the role `Vertex AI User` in the project",
        payment_required: "look at the billing of the project",
        not_found: "check the endpoint's id or the model's name, `project` and `location`",
        unsupported: "check what the endpoint's container takes",
        base_url: "base_url",
        max_response: "max_response",
    },
};

/// Puts a [`Vertex`] together.
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
    /// The project's id or number.
    #[must_use]
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into());
        self
    }

    /// The location (`europe-west4`).
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Sends everything to this address and not to Google's for the location: a private endpoint, a stand-in for tests.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.settings.base_url(url.into());
        self
    }

    /// Where access tokens come from: an async function that gives one of the scope `cloud-platform`, without `Bearer`.
    /// It is called when there is none, when the last one is [old](Self::token_ttl), and once when one is refused; never
    /// twice at a time.
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

    /// Takes access tokens from a file that somebody else keeps up to date.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.tokens = Some(Tokens::in_file(path.into()));
        self
    }

    /// Takes the access token from this variable of the environment, which is read once. Where it is not set the backend
    /// is [not configured](crate::ErrorKind::NotConfigured).
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

    /// An access token that lives as long as the process: for a short run.
    #[must_use]
    pub fn token(self, token: impl Into<SecretString>) -> Self {
        let token = token.into();
        self.token_provider(move || std::future::ready(Ok::<_, Infallible>(token.clone())))
    }

    /// How long a token is used. Default: 50 minutes of the hour that Google's live.
    #[must_use]
    pub fn token_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Refuses answers of more bytes than this. Default: 32 MiB.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_response_bytes(bytes);
        self
    }

    /// The backend. Without a way to tokens it is one that is [not configured](crate::ErrorKind::NotConfigured).
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where project or location are missing or the address cannot be used as it is written.
    pub fn build(mut self) -> Result<Vertex, ConfigError> {
        let place = Place {
            project: named(self.project, "project", "my-project")?,
            location: named(self.location, "location", "europe-west4")?,
        };
        self.settings.default_base_url(|| place.address());
        let ttl = self.ttl;
        Ok(Vertex {
            reach: self.settings.build(&KIND)?,
            place,
            tokens: self.tokens.map(|tokens| tokens.with_ttl(ttl)),
        })
    }
}

/// A part of every address.
fn named(value: Option<String>, what: &str, example: &str) -> Result<String, ConfigError> {
    value
        .map(|value| value.trim().to_owned())
        .filter(|value| {
            let mut parts = value.split(['-', '.', ':']);
            parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
        })
        .ok_or_else(|| {
            ConfigError::new(format!(
                "Vertex AI has no `{what}`, or none that can stand in an address; help: set it to something like `{example}`"
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
