//! Media that come from outside: how large they may be, and whether an address is fetched.

#[cfg(feature = "fetch")]
mod fetch;
#[cfg(feature = "fetch")]
mod hosts;

use tokio::time::Instant;

use crate::{
    ConfigError, InferenceError,
    error::ErrorKind,
    task::{MediaInput, url_not_allowed},
};

/// Enough for a photograph as a camera makes it, and for some minutes of speech.
const MAX_BYTES: usize = 10_000_000;

/// What the configuration says of media.
#[derive(Debug, Default)]
pub(crate) struct MediaSettings {
    pub(crate) allow_hosts: Vec<String>,
    pub(crate) max_bytes: Option<usize>,
}

/// Lets media in.
pub(crate) struct MediaGate {
    max_bytes: usize,
    #[cfg(feature = "fetch")]
    fetcher: Option<fetch::Fetcher>,
}

impl MediaGate {
    /// A gate with these settings.
    ///
    /// # Errors
    ///
    /// Where a host is none, or the program cannot fetch.
    pub(crate) fn new(settings: &MediaSettings) -> Result<Self, ConfigError> {
        #[cfg(not(feature = "fetch"))]
        if !settings.allow_hosts.is_empty() {
            return Err(ConfigError::new(
                "`media.allow_hosts` is set, and the program cannot fetch; help: turn the feature `fetch` of `inference-runtime` on",
            ));
        }
        Ok(Self {
            max_bytes: settings.max_bytes.unwrap_or(MAX_BYTES),
            #[cfg(feature = "fetch")]
            fetcher: match settings.allow_hosts.as_slice() {
                [] => None,
                hosts => Some(fetch::Fetcher::new(hosts)?),
            },
        })
    }

    /// The most bytes an upload or a fetched file may have.
    #[cfg_attr(not(feature = "upload"), allow(dead_code))]
    pub(crate) fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Puts the media in an address's place.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) where the address is not one to fetch, and what went wrong where it
    /// could not be fetched.
    pub(crate) async fn resolve(
        &self,
        place: &mut MediaInput,
        max_input: Option<usize>,
        deadline: Instant,
    ) -> Result<(), InferenceError> {
        let MediaInput::Url(address) = &*place else {
            return Ok(());
        };
        let max_bytes = max_input.map_or(self.max_bytes, |max| max.min(self.max_bytes));
        let fetched = tokio::time::timeout_at(deadline, self.fetch(address, max_bytes)).await;
        *place = MediaInput::Media(fetched.map_err(|_| too_slow())??);
        Ok(())
    }

    #[cfg(feature = "fetch")]
    async fn fetch(
        &self,
        address: &str,
        max_bytes: usize,
    ) -> Result<crate::task::Media, InferenceError> {
        match &self.fetcher {
            Some(fetcher) => fetcher.fetch(address, max_bytes).await,
            None => Err(url_not_allowed()),
        }
    }

    #[cfg(not(feature = "fetch"))]
    async fn fetch(&self, _: &str, _: usize) -> Result<crate::task::Media, InferenceError> {
        Err(url_not_allowed())
    }
}

fn too_slow() -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        "the input could not be fetched in time; help: raise `timeout`",
    )
}
