//! The Hub, which knows the providers of a model.

use std::sync::OnceLock;

use http::Method;
use reqwest::Url;

use super::{
    mapping,
    mapping_cache::{Entries, LookupOutcome, MappingCache},
};
use crate::{
    ErrorKind, InferenceError,
    backend::http::{Credential, Hints, Transport, rate_limit_reset},
};

/// Help for errors of the Hub.
static HINTS: Hints = Hints {
    unauthorized: "check the model's name, and that the token may see it",
    forbidden: "check that the token may see the model",
    payment_required: "check the account on huggingface.co",
    not_found: "check the model's name: the Hub has no such model",
    unsupported: "check `hf.hub_url`",
    base_url: "hf.hub_url",
    max_response: "hf.max_response",
};

/// The Hub at an address.
pub(in crate::backend::hf) struct Hub {
    /// Created for the first lookup: most programs make none, and it reads the system's certificates.
    transport: OnceLock<Result<Transport, String>>,
    max_response: usize,
    base: Url,
    token: Credential,
    cache: MappingCache,
}

impl Hub {
    /// Creates a client of the Hub; the token may be empty.
    pub(in crate::backend::hf) fn new(base: Url, token: Credential, max_response: usize) -> Self {
        Self {
            transport: OnceLock::new(),
            max_response,
            base,
            token,
            cache: MappingCache::default(),
        }
    }

    /// Returns the providers of a model: cached for some minutes, or looked up now.
    pub(super) async fn entries(&self, model: &str) -> Result<Entries, InferenceError> {
        self.cache.get(model, || self.lookup(model)).await
    }

    async fn lookup(&self, model: &str) -> LookupOutcome {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["api", "models"])
                .extend(model.split('/'));
        }
        url.set_query(Some("expand[]=inferenceProviderMapping"));
        let transport = match self.transport() {
            Ok(transport) => transport,
            Err(error) => {
                return LookupOutcome {
                    result: Err(error),
                    retry_after: None,
                };
            }
        };
        let request = transport.request(Method::GET, url);
        match transport.send(request, &self.token).await {
            Ok(response) => LookupOutcome {
                result: mapping::read(&response.body)
                    .map(Entries::from)
                    .map_err(|error| {
                        let message = "the Hub's response about the model cannot be read; help: check `hf.hub_url`";
                        InferenceError::new(ErrorKind::MalformedOutput, message).with_source(error)
                    }),
                retry_after: rate_limit_reset(&response.headers),
            },
            Err(error) => LookupOutcome {
                retry_after: error
                    .retry_after()
                    .filter(|_| error.kind() == ErrorKind::RateLimited),
                result: Err(error),
            },
        }
    }

    fn transport(&self) -> Result<&Transport, InferenceError> {
        self.transport
            .get_or_init(|| Transport::new(&self.base, self.max_response, &HINTS))
            .as_ref()
            .map_err(|reason| InferenceError::new(ErrorKind::NotConfigured, reason))
    }
}
