//! What the configuration says of single providers.

use std::collections::BTreeMap;

use inference_spec::providers;
use secrecy::SecretString;

use super::{
    keys::{Keys, Own},
    table::{HF_INFERENCE, Provider},
};
use crate::{
    ConfigError,
    backend::{
        hf::base,
        http::{Credential, Hints, Transport, base_url},
    },
};

/// What to do about the refusals of a provider that is asked directly.
static ADVICE: Hints = Hints {
    unauthorized: "check the key in the variable that `hf.providers` names for this provider",
    forbidden: "ask the provider what the key may do",
    payment_required: "buy some at the provider",
    not_found: "look at the model's page for who serves it",
    unsupported: "check `task` against the model's page",
    base_url: "base_url` of the provider in `hf.providers",
    max_response: "hf.max_response",
};

/// Single providers, by name.
#[derive(Default)]
pub(in crate::backend::hf) struct Settings(BTreeMap<String, Setting>);

#[derive(Default)]
struct Setting {
    key: Option<Key>,
    base_url: Option<String>,
}

enum Key {
    Given(SecretString),
    Variable(String),
}

impl Settings {
    pub(in crate::backend::hf) fn key(&mut self, provider: String, key: SecretString) {
        self.0.entry(provider).or_default().key = Some(Key::Given(key));
    }

    pub(in crate::backend::hf) fn key_env(&mut self, provider: String, variable: String) {
        self.0.entry(provider).or_default().key = Some(Key::Variable(variable));
    }

    pub(in crate::backend::hf) fn base_url(&mut self, provider: String, url: String) {
        self.0.entry(provider).or_default().base_url = Some(url);
    }

    /// The keys as they can be sent. One that cannot be found makes its provider not configured: it is not asked
    /// with the token in its place, which another account would pay for.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where a provider, an address or a key is none, or one of Hugging Face's.
    pub(in crate::backend::hf) fn build(self, max_response: usize) -> Result<Keys, ConfigError> {
        let mut keys = Keys::default();
        for (name, setting) in self.0 {
            let provider = Provider::named(&name).ok_or_else(|| unknown(&name))?;
            keys.insert(provider, setting.build(provider, max_response)?);
        }
        Ok(keys)
    }
}

impl Setting {
    fn build(self, provider: &'static Provider, max_response: usize) -> Result<Own, ConfigError> {
        let name = provider.name;
        let key = match self.key {
            None => {
                return Err(ConfigError::new(format!(
                    "`{name}` has a base URL and no key, and Hugging Face's token is not sent there; help: set `hf.providers.{name}.api_key_env`"
                )));
            }
            Some(Key::Given(key)) => sendable(provider, &key)?,
            Some(Key::Variable(variable)) => match std::env::var(&variable) {
                Ok(key) if !key.trim().is_empty() => sendable(provider, &key.into())?,
                _ => Err(format!(
                    "there is no key for `{name}` in the variable `{variable}`; help: set it, or take `hf.providers.{name}` out of the configuration to ask through Hugging Face's router"
                )),
            },
        };
        let base = self
            .base_url
            .map(|url| base_url(&url, name, provider.base))
            .transpose()?;
        if base.as_ref().is_some_and(base::is_hugging_face) {
            return Err(ConfigError::new(format!(
                "the base URL of `{name}` is one of Hugging Face's, and the key of `{name}` is not sent there; help: take it out"
            )));
        }
        let address = match &base {
            Some(base) => base.clone(),
            None => base_url(provider.base, name, provider.base)?,
        };
        let channel = Transport::new(&address, max_response, &ADVICE);
        let key = key.and_then(|key| Ok((key, channel?)));
        Ok(Own { key, base })
    }
}

/// A key as it can be sent.
fn sendable(
    provider: &Provider,
    raw: &SecretString,
) -> Result<Result<Credential, String>, ConfigError> {
    let name = provider.name;
    let wrong = |what: &str, help: &str| {
        Err(ConfigError::new(format!(
            "the key of `{name}` {what}; help: {help}"
        )))
    };
    match Credential::with_scheme(provider.scheme, raw) {
        Err(_) => wrong(
            "holds characters that no key has",
            "copy it again, without quotes or spaces",
        ),
        Ok(key) if key.starts_with("hf_") => wrong(
            "is one of Hugging Face's, which go to its router alone",
            "set `HF_TOKEN` to it, and take the provider out of `hf.providers`",
        ),
        Ok(key) if key.is_none() => Ok(Err(format!(
            "the key of `{name}` is empty; help: set it, or ask through Hugging Face's router"
        ))),
        Ok(key) => Ok(Ok(key)),
    }
}

fn unknown(name: &str) -> ConfigError {
    if name == HF_INFERENCE {
        return ConfigError::new(format!(
            "`{HF_INFERENCE}` is asked with Hugging Face's token alone; help: set `HF_TOKEN`"
        ));
    }
    let nearest = nearest(name).map_or_else(
        || "name one of the providers that Hugging Face lists".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    ConfigError::new(format!("no provider is named `{name}`; help: {nearest}"))
}

/// The provider whose name is closest to this.
pub(in crate::backend::hf) fn nearest(name: &str) -> Option<&'static str> {
    inference_spec::nearest(name, providers::names())
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
    fn says_what_cannot_be() {
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
