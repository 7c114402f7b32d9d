use std::fmt;

use http::HeaderValue;
use reqwest::Url;
use secrecy::SecretString;

use super::{
    HuggingFace, base,
    connection::Connection,
    hints::HINTS,
    provider::{Hub, Providers, Settings},
    token::{self, NO_TOKEN, TokenLookup},
    url_cache::UrlCache,
};
use crate::{
    ConfigError,
    backend::http::{Credential, Downloader, MAX_RESPONSE_BYTES, Transport},
};

/// Builder for [`HuggingFace`].
pub struct HuggingFaceBuilder {
    base_url: Option<String>,
    hub_url: Option<String>,
    providers: Settings,
    token: TokenSource,
    bill_to: Option<String>,
    max_response_bytes: usize,
}

#[derive(Default)]
enum TokenSource {
    #[default]
    None,
    Value(SecretString),
    Environment,
}

impl Default for HuggingFaceBuilder {
    fn default() -> Self {
        Self {
            base_url: None,
            hub_url: None,
            providers: Settings::default(),
            token: TokenSource::None,
            bill_to: None,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }
}

impl HuggingFaceBuilder {
    /// Sets the base URL. Default: `https://router.huggingface.co`. Use it for a proxy or a test server; the router's paths
    /// are appended to its path.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the URL of the Hub, which returns the providers of a model. Default: `https://huggingface.co`.
    #[must_use]
    pub fn hub_url(mut self, url: impl Into<String>) -> Self {
        self.hub_url = Some(url.into());
        self
    }

    /// Sets a provider's own key (`groq`). Its models are then called at the provider itself, and billed there.
    ///
    /// ```
    /// use inference_runtime::backend::HuggingFace;
    ///
    /// # fn main() -> Result<(), inference_runtime::ConfigError> {
    /// let backend = HuggingFace::builder()
    ///     .token_from_env()
    ///     .provider_key("groq", "gsk_0123456789")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn provider_key(
        mut self,
        provider: impl Into<String>,
        key: impl Into<SecretString>,
    ) -> Self {
        self.providers.key(provider.into(), key.into());
        self
    }

    /// Reads a provider's own key from this environment variable. If it is not set, the provider is
    /// [not configured](crate::ErrorKind::NotConfigured).
    #[must_use]
    pub fn provider_key_env(
        mut self,
        provider: impl Into<String>,
        variable: impl Into<String>,
    ) -> Self {
        self.providers.key_env(provider.into(), variable.into());
        self
    }

    /// Sets the base URL of a provider that has its own key: a proxy or a test server.
    #[must_use]
    pub fn provider_base_url(
        mut self,
        provider: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        self.providers.base_url(provider.into(), url.into());
        self
    }

    /// Sets the token. Surrounding white space is removed; an empty token is ignored.
    ///
    /// Only tokens that start with `hf_` are sent to Hugging Face; another base URL accepts any token.
    #[must_use]
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = TokenSource::Value(token.into());
        self
    }

    /// Looks up the token where Hugging Face's own client does: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, and the file
    /// that `hf auth login` writes (`HF_TOKEN_PATH`, otherwise `token` in `HF_HOME`, which defaults to `huggingface` in
    /// `XDG_CACHE_HOME` or `~/.cache`). `HF_HUB_DISABLE_IMPLICIT_TOKEN=1` disables this.
    #[must_use]
    pub fn token_from_env(mut self) -> Self {
        self.token = TokenSource::Environment;
        self
    }

    /// Sets the organisation that pays (`X-HF-Bill-To`).
    #[must_use]
    pub fn bill_to(mut self, organisation: impl Into<String>) -> Self {
        self.bill_to = Some(organisation.into());
        self
    }

    /// Sets the maximum size of a response. Default: 32 MiB.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Builds the backend. Without a token and a provider's key, or on a machine without certificates, it is
    /// [not configured](crate::ErrorKind::NotConfigured).
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if a provider, an address, a key or the organisation is invalid.
    pub fn build(self) -> Result<HuggingFace, ConfigError> {
        let base = base::parse(
            self.base_url.as_deref().unwrap_or(base::ROUTER),
            base::ROUTER,
        )?;
        let hub = base::parse(self.hub_url.as_deref().unwrap_or(base::HUB), base::HUB)?;
        let bill_to = self.bill_to.as_deref().map(header).transpose()?;
        let max = self.max_response_bytes;
        let keys = self.providers.build(max)?;
        let token = token_for(self.token, &base)?;
        if let (Err(missing), true) = (&token, keys.is_empty()) {
            return Ok(HuggingFace {
                state: Err(missing.clone()),
            });
        }
        // The Hub shows most models without a token.
        let hub_token = token
            .as_ref()
            .ok()
            .filter(|token| token::is_hugging_face_token(token))
            .cloned()
            .unwrap_or_default();
        let transport = Transport::new(&base, max, &HINTS);
        let state = transport.map(|transport| Connection {
            transport,
            base,
            urls: UrlCache::default(),
            token,
            bill_to,
            providers: Providers {
                hub: Hub::new(hub, hub_token, max),
                keys,
                downloader: Downloader::new(max),
            },
        });
        Ok(HuggingFace { state })
    }
}

/// Returns the token that may be sent to this address, or one sentence why there is none.
fn token_for(source: TokenSource, base: &Url) -> Result<Result<Credential, String>, ConfigError> {
    let raw = match source {
        TokenSource::None => return Ok(Err(NO_TOKEN.to_owned())),
        TokenSource::Value(raw) => raw,
        TokenSource::Environment => {
            match token::find(|name| std::env::var_os(name), std::env::home_dir()) {
                TokenLookup::Found(raw) => raw,
                TokenLookup::Missing(reason) => return Ok(Err(reason)),
            }
        }
    };
    let token = token::to_credential(&raw)?;
    Ok(if token.is_none() {
        Err(NO_TOKEN.to_owned())
    } else if base::is_hugging_face(base) && !token::is_hugging_face_token(&token) {
        Err(
            "the token does not start with `hf_` as Hugging Face's tokens do, and is not sent there; help: set `HF_TOKEN` to one of those, or `hf.base_url` to the service that the token is for".to_owned(),
        )
    } else {
        Ok(token)
    })
}

fn header(organisation: &str) -> Result<HeaderValue, ConfigError> {
    HeaderValue::from_str(organisation.trim())
        .ok()
        .filter(|value| !value.is_empty())
        .ok_or_else(|| {
            ConfigError::new(
                "`bill_to` of Hugging Face is not a valid header value; help: write the name of an organisation, as in the address of its page",
            )
        })
}

impl fmt::Debug for HuggingFaceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Leaves out the token, and the URL, which may contain a password until it is parsed.
        f.debug_struct("HuggingFaceBuilder")
            .field("bill_to", &self.bill_to)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::HuggingFace;
    use crate::{Backend, ErrorKind};

    #[test]
    fn a_token_of_another_service_is_not_sent_to_hugging_face() {
        let router = HuggingFace::builder()
            .token("sk-of-another")
            .build()
            .expect("built");
        let error = router.check_configured().expect_err("it must not be sent");
        assert_eq!(error.kind(), ErrorKind::NotConfigured);
        assert!(error.to_string().contains("`hf_`"), "{error}");
        assert!(!error.to_string().contains("sk-of"), "{error}");

        let proxy = HuggingFace::builder()
            .base_url("http://127.0.0.1:1")
            .token("sk-of-another");
        proxy
            .build()
            .expect("built")
            .check_configured()
            .expect("the token is for the proxy");
    }

    #[test]
    fn without_a_token_it_is_not_configured() {
        for builder in [HuggingFace::builder(), HuggingFace::builder().token(" \n")] {
            let error = builder
                .build()
                .expect("built")
                .check_configured()
                .expect_err("no token");
            assert_eq!(error.kind(), ErrorKind::NotConfigured);
            assert!(error.to_string().contains("`HF_TOKEN`"), "{error}");
        }
    }

    #[test]
    fn values_that_are_not_header_values_are_refused() {
        let error = HuggingFace::builder()
            .bill_to("two\nlines")
            .build()
            .expect_err("a line end");
        assert!(error.to_string().contains("`bill_to`"), "{error}");
        HuggingFace::builder()
            .token("hf_\u{1}")
            .build()
            .expect_err("a control character");
    }
}
