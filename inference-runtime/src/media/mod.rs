//! Media in the input: their size limit, and fetching them from URLs.

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

/// Enough for a photograph from a camera, and for some minutes of speech.
const MAX_BYTES: usize = 10_000_000;

/// The configuration of media.
#[derive(Debug, Default)]
pub(crate) struct MediaSettings {
    pub(crate) allow_hosts: Vec<String>,
    pub(crate) max_bytes: Option<usize>,
}

/// Fetches media that the input refers to by URL, and bounds their size.
pub(crate) struct MediaResolver {
    max_bytes: usize,
    #[cfg(feature = "fetch")]
    fetcher: Option<fetch::Fetcher>,
}

impl MediaResolver {
    /// Creates a resolver with these settings.
    ///
    /// # Errors
    ///
    /// If a host is invalid, or the program was built without the feature `fetch`.
    pub(crate) fn new(settings: &MediaSettings) -> Result<Self, ConfigError> {
        #[cfg(not(feature = "fetch"))]
        if !settings.allow_hosts.is_empty() {
            return Err(ConfigError::new(
                "`media.allow_hosts` is set, and the program was built without the feature `fetch`; help: enable the feature `fetch` of `inference-runtime`",
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

    /// Returns the maximum size of an upload or a fetched file, in bytes.
    #[cfg_attr(not(feature = "upload"), allow(dead_code))]
    pub(crate) fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Replaces a URL by the media at it.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the URL is not allowed, and other kinds if it
    /// cannot be fetched.
    pub(crate) async fn resolve(
        &self,
        input: &mut MediaInput,
        max_input: Option<usize>,
        deadline: Instant,
    ) -> Result<(), InferenceError> {
        let MediaInput::Url(address) = &*input else {
            return Ok(());
        };
        let max_bytes = max_input.map_or(self.max_bytes, |max| max.min(self.max_bytes));
        let media = tokio::time::timeout_at(deadline, self.fetch(address, max_bytes)).await;
        *input = MediaInput::Media(media.map_err(|_| timed_out())??);
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

fn timed_out() -> InferenceError {
    InferenceError::new(
        ErrorKind::Timeout,
        "the media at the input's URL could not be fetched in time; help: raise `timeout`",
    )
}
