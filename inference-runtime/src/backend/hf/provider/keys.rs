//! The credentials of providers: keys of Hugging Face start with `hf_` and are sent to the router, a provider's own keys
//! to the provider. No key is sent to both.

use std::{collections::HashMap, fmt};

use http::{HeaderName, HeaderValue};
use reqwest::Url;

use super::{
    endpoint::ProviderEndpoint,
    table::{Provider, ProviderTask},
};
use crate::{
    ErrorKind, InferenceError,
    backend::http::{Credential, Transport},
};

pub(in crate::backend::hf) const BILL_TO: HeaderName = HeaderName::from_static("x-hf-bill-to");

/// The router. The token is an error if it is missing: one sentence with the missing setting.
#[derive(Clone, Copy)]
pub(in crate::backend::hf) struct Router<'c> {
    pub(in crate::backend::hf) transport: &'c Transport,
    pub(in crate::backend::hf) base: &'c Url,
    pub(in crate::backend::hf) token: Result<&'c Credential, &'c str>,
    pub(in crate::backend::hf) bill_to: Option<&'c HeaderValue>,
}

/// The providers' own keys, by provider.
#[derive(Default)]
pub(in crate::backend::hf) struct Keys(HashMap<&'static str, OwnKey>);

/// The own key of a provider.
pub(in crate::backend::hf) struct OwnKey {
    /// The key and its transport, or one sentence with the missing setting.
    pub(in crate::backend::hf) key: Result<(Credential, Transport), String>,
    /// The base URL, if it differs from the one in the [table](super::table).
    pub(in crate::backend::hf) base: Option<Url>,
}

impl Keys {
    pub(in crate::backend::hf) fn insert(&mut self, provider: &'static Provider, own_key: OwnKey) {
        self.0.insert(provider.name, own_key);
    }

    /// Returns whether a provider has its own key.
    pub(in crate::backend::hf) fn has(&self, provider: &str) -> bool {
        self.0.contains_key(provider)
    }

    pub(in crate::backend::hf) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the endpoint of a provider.
    ///
    /// # Errors
    ///
    /// [`NotConfigured`](ErrorKind::NotConfigured) if there is no key that may be sent there.
    pub(super) fn endpoint<'c>(
        &'c self,
        router: Router<'c>,
        provider: &'static Provider,
        task: &'static ProviderTask,
    ) -> Result<ProviderEndpoint<'c>, InferenceError> {
        match self.0.get(provider.name) {
            Some(own_key) => own_key.endpoint(provider, task),
            None => routed_endpoint(router, provider, task),
        }
    }
}

impl OwnKey {
    fn endpoint<'c>(
        &'c self,
        provider: &'static Provider,
        task: &'static ProviderTask,
    ) -> Result<ProviderEndpoint<'c>, InferenceError> {
        let (credential, transport) = self
            .key
            .as_ref()
            .map_err(|reason| not_configured(provider, reason))?;
        let base = match (&self.base, task.queue) {
            (Some(base), _) => base.clone(),
            (None, queue) => {
                let base = queue.map_or(provider.base, |queue| queue.base);
                Url::parse(base)
                    .map_err(|_| not_configured(provider, "its address is not a URL"))?
            }
        };
        Ok(ProviderEndpoint {
            transport,
            credential,
            base,
            query: None,
            bill_to: None,
            provider: provider.name,
            headers: provider.headers,
            accept: HeaderValue::from_static("*/*"),
        })
    }
}

fn routed_endpoint<'c>(
    router: Router<'c>,
    provider: &'static Provider,
    task: &'static ProviderTask,
) -> Result<ProviderEndpoint<'c>, InferenceError> {
    if !provider.routed {
        return Err(not_routed(provider));
    }
    let credential = router
        .token
        .map_err(|reason| not_configured(provider, reason))?;
    let mut base = router.base.clone();
    if let Ok(mut path) = base.path_segments_mut() {
        path.pop_if_empty().push(provider.name);
    }
    Ok(ProviderEndpoint {
        transport: router.transport,
        credential,
        base,
        query: task.queue.map(|queue| queue.routed),
        bill_to: router.bill_to.map(|value| (BILL_TO, value.clone())),
        provider: provider.name,
        headers: provider.headers,
        accept: HeaderValue::from_static("*/*"),
    })
}

/// Returns the error for a provider that the router does not serve.
pub(in crate::backend::hf) fn not_routed(provider: &Provider) -> InferenceError {
    let name = provider.name;
    let reason = format!(
        "`{name}` is not served by Hugging Face's router; help: name the variable with its own key in `hf.providers.{name}.api_key_env`"
    );
    not_configured(provider, &reason)
}

fn not_configured(provider: &Provider, reason: &str) -> InferenceError {
    InferenceError::new(ErrorKind::NotConfigured, reason).with_provider(provider.name)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
