//! Which key goes where. Those of Hugging Face begin with `hf_` and go to the router; those of a provider go to the
//! provider; no key goes to both.

use std::{collections::HashMap, fmt};

use http::{HeaderName, HeaderValue};
use reqwest::Url;

use super::{
    endpoint::ProviderEndpoint,
    table::{Provider, Serves},
};
use crate::{
    ErrorKind, InferenceError,
    backend::http::{Credential, Transport},
};

pub(in crate::backend::hf) const BILL_TO: HeaderName = HeaderName::from_static("x-hf-bill-to");

/// The router, or one sentence that says what is missing to ask it.
#[derive(Clone, Copy)]
pub(in crate::backend::hf) struct Router<'c> {
    pub(in crate::backend::hf) channel: &'c Transport,
    pub(in crate::backend::hf) base: &'c Url,
    pub(in crate::backend::hf) token: Result<&'c Credential, &'c str>,
    pub(in crate::backend::hf) bill_to: Option<&'c HeaderValue>,
}

/// The providers' own keys, by provider.
#[derive(Default)]
pub(in crate::backend::hf) struct Keys(HashMap<&'static str, Own>);

/// A provider that is asked with its own key.
pub(in crate::backend::hf) struct Own {
    /// The key and what it is sent with, or one sentence that says what is missing.
    pub(in crate::backend::hf) key: Result<(Credential, Transport), String>,
    /// Where it is, where that is not what the [table](super::table) says.
    pub(in crate::backend::hf) base: Option<Url>,
}

impl Keys {
    pub(in crate::backend::hf) fn insert(&mut self, provider: &'static Provider, own: Own) {
        self.0.insert(provider.name, own);
    }

    /// Whether this provider is asked with its own key.
    pub(in crate::backend::hf) fn has(&self, provider: &str) -> bool {
        self.0.contains_key(provider)
    }

    pub(in crate::backend::hf) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The way to a provider.
    ///
    /// # Errors
    ///
    /// [`NotConfigured`](ErrorKind::NotConfigured) where there is no key that may be sent.
    pub(super) fn way<'c>(
        &'c self,
        router: Router<'c>,
        provider: &'static Provider,
        serves: &'static Serves,
    ) -> Result<ProviderEndpoint<'c>, InferenceError> {
        match self.0.get(provider.name) {
            Some(own) => own.way(provider, serves),
            None => routed(router, provider, serves),
        }
    }
}

impl Own {
    fn way<'c>(
        &'c self,
        provider: &'static Provider,
        serves: &'static Serves,
    ) -> Result<ProviderEndpoint<'c>, InferenceError> {
        let (credential, channel) = self.key.as_ref().map_err(|why| missing(provider, why))?;
        let base = match (&self.base, serves.queue) {
            (Some(base), _) => base.clone(),
            (None, queue) => {
                let base = queue.map_or(provider.base, |queue| queue.base);
                Url::parse(base).map_err(|_| missing(provider, "its address is none"))?
            }
        };
        Ok(ProviderEndpoint {
            channel,
            credential,
            base,
            query: None,
            bill_to: None,
            provider,
            accept: HeaderValue::from_static("*/*"),
        })
    }
}

fn routed<'c>(
    router: Router<'c>,
    provider: &'static Provider,
    serves: &'static Serves,
) -> Result<ProviderEndpoint<'c>, InferenceError> {
    if !provider.routed {
        return Err(only_directly(provider));
    }
    let credential = router.token.map_err(|why| missing(provider, why))?;
    let mut base = router.base.clone();
    if let Ok(mut path) = base.path_segments_mut() {
        path.pop_if_empty().push(provider.name);
    }
    Ok(ProviderEndpoint {
        channel: router.channel,
        credential,
        base,
        query: serves.queue.map(|queue| queue.routed),
        bill_to: router.bill_to.map(|value| (BILL_TO, value.clone())),
        provider,
        accept: HeaderValue::from_static("*/*"),
    })
}

/// The error for a provider that the router does not serve.
pub(in crate::backend::hf) fn only_directly(provider: &Provider) -> InferenceError {
    let name = provider.name;
    let why = format!(
        "`{name}` is not behind Hugging Face's router; help: name the variable with its own key in `hf.providers.{name}.api_key_env`"
    );
    missing(provider, &why)
}

fn missing(provider: &Provider, why: &str) -> InferenceError {
    InferenceError::new(ErrorKind::NotConfigured, why).with_provider(provider.name)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
