use std::fmt;

use http::HeaderValue;
use reqwest::Url;
use secrecy::SecretString;

use super::{
    HuggingFace,
    addresses::Addresses,
    advice::ADVICE,
    base,
    call::Connection,
    provider::{Hub, Providers, Settings},
    token::{self, Found, NO_TOKEN},
};
use crate::{
    ConfigError,
    backend::http::{Credential, Downloads, MAX_RESPONSE_BYTES, Transport},
};

/// Puts a [`HuggingFace`] together.
pub struct HuggingFaceBuilder {
    base_url: Option<String>,
    hub_url: Option<String>,
    providers: Settings,
    token: Source,
    bill_to: Option<String>,
    max_response_bytes: usize,
}

#[derive(Default)]
enum Source {
    #[default]
    None,
    Given(SecretString),
    Environment,
}

impl Default for HuggingFaceBuilder {
    fn default() -> Self {
        Self {
            base_url: None,
            hub_url: None,
            providers: Settings::default(),
            token: Source::None,
            bill_to: None,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }
}

impl HuggingFaceBuilder {
    /// Sends everything to this address and not to `https://router.huggingface.co`: a proxy, a stand-in for tests.
    /// It may have a path, to which the router's paths are added.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Asks this address where models are served, and not `https://huggingface.co`.
    #[must_use]
    pub fn hub_url(mut self, url: impl Into<String>) -> Self {
        self.hub_url = Some(url.into());
        self
    }

    /// A provider's own key (`groq`). Its models are asked for at the provider itself then, and paid for there.
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

    /// Takes a provider's own key from this variable of the environment. Where it is not set, the provider is
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

    /// Asks a provider that has its own key at this address: a proxy, a stand-in for tests.
    #[must_use]
    pub fn provider_base_url(
        mut self,
        provider: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        self.providers.base_url(provider.into(), url.into());
        self
    }

    /// The token to send. White space around it is taken off; an empty one is none.
    ///
    /// Only tokens that begin with `hf_` go to Hugging Face; another address may take any.
    #[must_use]
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Source::Given(token.into());
        self
    }

    /// Looks for the token where Hugging Face's own client does: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, and the file
    /// that `hf auth login` writes (`HF_TOKEN_PATH`, else `token` in `HF_HOME`, which is `huggingface` in
    /// `XDG_CACHE_HOME` or `~/.cache`). `HF_HUB_DISABLE_IMPLICIT_TOKEN=1` forbids it.
    #[must_use]
    pub fn token_from_env(mut self) -> Self {
        self.token = Source::Environment;
        self
    }

    /// The organisation that pays (`X-HF-Bill-To`).
    #[must_use]
    pub fn bill_to(mut self, organisation: impl Into<String>) -> Self {
        self.bill_to = Some(organisation.into());
        self
    }

    /// Refuses answers of more bytes than this. Default: 32 MiB.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// The backend. Without a token and a provider's key, or on a machine without certificates, it is one that is
    /// [not configured](crate::ErrorKind::NotConfigured).
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where a provider, an address, a key or the organisation cannot be used as they are written.
    pub fn build(self) -> Result<HuggingFace, ConfigError> {
        let base = base::parse(
            self.base_url.as_deref().unwrap_or(base::ROUTER),
            base::ROUTER,
        )?;
        let hub = base::parse(self.hub_url.as_deref().unwrap_or(base::HUB), base::HUB)?;
        let bill_to = self.bill_to.as_deref().map(header).transpose()?;
        let max = self.max_response_bytes;
        let keys = self.providers.build(max)?;
        let token = sendable(self.token, &base)?;
        if let (Err(missing), true) = (&token, keys.is_empty()) {
            return Ok(HuggingFace {
                state: Err(missing.clone()),
            });
        }
        // The Hub shows most models to everybody.
        let hub_token = token
            .as_ref()
            .ok()
            .filter(|token| token::is_hugging_faces(token))
            .cloned()
            .unwrap_or_default();
        let channel = Transport::new(&base, max, &ADVICE);
        let state = channel.map(|channel| Connection {
            channel,
            base,
            addresses: Addresses::default(),
            token,
            bill_to,
            providers: Providers {
                hub: Hub::new(hub, hub_token, max),
                keys,
                downloads: Downloads::new(max),
            },
        });
        Ok(HuggingFace { state })
    }
}

/// The token that may go to this address, or one sentence why there is none.
fn sendable(source: Source, base: &Url) -> Result<Result<Credential, String>, ConfigError> {
    let raw = match source {
        Source::None => return Ok(Err(NO_TOKEN.to_owned())),
        Source::Given(raw) => raw,
        Source::Environment => {
            match token::find(|name| std::env::var_os(name), std::env::home_dir()) {
                Found::Token(raw) => raw,
                Found::Nothing(why) => return Ok(Err(why)),
            }
        }
    };
    let token = token::sendable(&raw)?;
    Ok(if token.is_none() {
        Err(NO_TOKEN.to_owned())
    } else if base::is_hugging_face(base) && !token::is_hugging_faces(&token) {
        Err(
            "the token is not one of Hugging Face's, which begin with `hf_`, and is not sent there; help: set `HF_TOKEN` to one of those, or `hf.base_url` to the service that the token is for".to_owned(),
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
                "`bill_to` of Hugging Face cannot be sent; help: write the name of an organisation, as in the address of its page",
            )
        })
}

impl fmt::Debug for HuggingFaceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the token nor an address that has not been checked for one.
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
    fn a_foreign_token_stays_at_home() {
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
            .expect("it is the proxy's");
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
    fn refuses_what_no_header_holds() {
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
