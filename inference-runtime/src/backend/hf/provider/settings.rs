//! The settings of single providers.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::{
    keys::{Keys, OwnKey},
    names::HF_INFERENCE,
    table::Provider,
};
use crate::{
    ConfigError,
    backend::{
        hf::base,
        http::{Credential, Hints, Transport, base_url},
    },
};

/// Help for errors of a provider that is called with its own key.
static HINTS: Hints = Hints {
    unauthorized: "check the key in the variable that `hf.providers` names for this provider",
    forbidden: "check the permissions of the key at the provider",
    payment_required: "buy credits at the provider",
    not_found: "see the model's page for its providers",
    unsupported: "check `task` against the model's page",
    base_url: "base_url` of the provider in `hf.providers",
    max_response: "hf.max_response",
};

/// The settings of single providers, by name.
#[derive(Default)]
pub(in crate::backend::hf) struct Settings(BTreeMap<String, ProviderSettings>);

#[derive(Default)]
struct ProviderSettings {
    key: Option<Key>,
    base_url: Option<String>,
}

enum Key {
    Value(SecretString),
    Variable(String),
}

impl Settings {
    pub(in crate::backend::hf) fn key(&mut self, provider: String, key: SecretString) {
        self.0.entry(provider).or_default().key = Some(Key::Value(key));
    }

    pub(in crate::backend::hf) fn key_env(&mut self, provider: String, variable: String) {
        self.0.entry(provider).or_default().key = Some(Key::Variable(variable));
    }

    pub(in crate::backend::hf) fn base_url(&mut self, provider: String, url: String) {
        self.0.entry(provider).or_default().base_url = Some(url);
    }

    /// Returns the keys. A provider whose key is missing is not configured: it is not called with Hugging Face's token
    /// instead, which would bill another account.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if a provider, an address or a key is invalid, or a key or address is one of Hugging Face's.
    pub(in crate::backend::hf) fn build(self, max_response: usize) -> Result<Keys, ConfigError> {
        let mut keys = Keys::default();
        for (name, settings) in self.0 {
            let provider = Provider::find(&name).ok_or_else(|| unknown(&name))?;
            keys.insert(provider, settings.build(provider, max_response)?);
        }
        Ok(keys)
    }
}

impl ProviderSettings {
    fn build(
        self,
        provider: &'static Provider,
        max_response: usize,
    ) -> Result<OwnKey, ConfigError> {
        let name = provider.name;
        let key = match self.key {
            None => {
                return Err(ConfigError::new(format!(
                    "`{name}` has a base URL and no key, and Hugging Face's token is not sent there; help: set `hf.providers.{name}.api_key_env`"
                )));
            }
            Some(Key::Value(key)) => to_credential(provider, &key)?,
            Some(Key::Variable(variable)) => match std::env::var(&variable) {
                Ok(key) if !key.trim().is_empty() => to_credential(provider, &key.into())?,
                _ => Err(format!(
                    "the variable `{variable}` has no key for `{name}`; help: set it, or remove `hf.providers.{name}` from the configuration to use Hugging Face's router"
                )),
            },
        };
        let base = self
            .base_url
            .map(|url| base_url(&url, name, provider.base))
            .transpose()?;
        if base.as_ref().is_some_and(base::is_hugging_face) {
            return Err(ConfigError::new(format!(
                "the base URL of `{name}` is one of Hugging Face's, and the key of `{name}` is not sent there; help: remove the base URL"
            )));
        }
        let address = match &base {
            Some(base) => base.clone(),
            None => base_url(provider.base, name, provider.base)?,
        };
        let transport = Transport::new(&address, max_response, &HINTS);
        let key = key.and_then(|key| Ok((key, transport?)));
        Ok(OwnKey { key, base })
    }
}

/// Returns the key as a credential, or one sentence why there is none.
fn to_credential(
    provider: &Provider,
    raw: &SecretString,
) -> Result<Result<Credential, String>, ConfigError> {
    let name = provider.name;
    let invalid = |problem: &str, help: &str| {
        Err(ConfigError::new(format!(
            "the key of `{name}` {problem}; help: {help}"
        )))
    };
    match Credential::with_scheme(provider.scheme, raw) {
        Err(_) => invalid(
            "contains invalid characters",
            "copy it again, without quotes or spaces",
        ),
        Ok(key) if key.starts_with("hf_") => invalid(
            "is one of Hugging Face's, which are sent only to its router",
            "set `HF_TOKEN` to it, and remove the provider from `hf.providers`",
        ),
        Ok(key) if key.is_none() => Ok(Err(format!(
            "the key of `{name}` is empty; help: set it, or use Hugging Face's router"
        ))),
        Ok(key) => Ok(Ok(key)),
    }
}

fn unknown(name: &str) -> ConfigError {
    if name == HF_INFERENCE {
        return ConfigError::new(format!(
            "`{HF_INFERENCE}` is called only with Hugging Face's token; help: set `HF_TOKEN`"
        ));
    }
    let nearest = nearest(name).map_or_else(
        || "name one of the providers that Hugging Face lists".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    ConfigError::new(format!("unknown provider `{name}`; help: {nearest}"))
}

/// Returns the provider with the most similar name.
pub(in crate::backend::hf) fn nearest(name: &str) -> Option<&'static str> {
    inference_spec::nearest(name, inference_spec::providers::names())
}

#[cfg(test)]
mod tests {
    use super::Settings;

    fn refused(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::default();
        change(&mut settings);
        settings.build(1).expect_err("an error").to_string()
    }

    #[test]
    fn invalid_settings_are_refused_with_help() {
        for (error, words) in [
            (
                refused(|it| it.key("grok".to_owned(), "k".into())),
                "did you mean `groq`?",
            ),
            (
                refused(|it| it.key("hf-inference".to_owned(), "k".into())),
                "`HF_TOKEN`",
            ),
            (
                refused(|it| it.key("groq".to_owned(), "hf_secret".into())),
                "one of Hugging Face's",
            ),
            (
                refused(|it| it.key("groq".to_owned(), "a secret".into())),
                "characters",
            ),
            (
                refused(|it| it.base_url("groq".to_owned(), "http://localhost".to_owned())),
                "no key",
            ),
            (
                refused(|it| {
                    it.key("groq".to_owned(), "gsk_secret".into());
                    it.base_url(
                        "groq".to_owned(),
                        "https://router.huggingface.co".to_owned(),
                    );
                }),
                "not sent there",
            ),
        ] {
            assert!(error.contains(words), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
