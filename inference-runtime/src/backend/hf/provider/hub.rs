//! The Hub, which is asked where models are served.

use std::sync::OnceLock;

use http::Method;
use reqwest::Url;

use super::{
    mapping,
    mapping_cache::{Entries, Looked, Lookups},
};
use crate::{
    ErrorKind, InferenceError,
    backend::http::{Credential, Hints, Transport, used_up},
};

/// What to do about the Hub's refusals.
static ADVICE: Hints = Hints {
    unauthorized: "check the model's name, and that the token may see it",
    forbidden: "check that the token may see the model",
    payment_required: "check the account on huggingface.co",
    not_found: "check the model's name: there is none like it on the Hub",
    unsupported: "check `hf.hub_url`",
    base_url: "hf.hub_url",
    max_response: "hf.max_response",
};

/// The Hub at an address.
pub(in crate::backend::hf) struct Hub {
    /// Made when it is first asked: most programs never do, and it reads the machine's certificates.
    channel: OnceLock<Result<Transport, String>>,
    max_response: usize,
    base: Url,
    token: Credential,
    lookups: Lookups,
}

impl Hub {
    /// The Hub, which is asked with this token or with none.
    pub(in crate::backend::hf) fn new(base: Url, token: Credential, max_response: usize) -> Self {
        Self {
            channel: OnceLock::new(),
            max_response,
            base,
            token,
            lookups: Lookups::default(),
        }
    }

    /// Where a model is served: what was found out within the last minutes, or what the Hub says now.
    pub(super) async fn entries(&self, model: &str) -> Result<Entries, InferenceError> {
        self.lookups.get(model, || self.look(model)).await
    }

    async fn look(&self, model: &str) -> Looked {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(["api", "models"])
                .extend(model.split('/'));
        }
        url.set_query(Some("expand[]=inferenceProviderMapping"));
        let channel = match self.channel() {
            Ok(channel) => channel,
            Err(error) => {
                return Looked {
                    found: Err(error),
                    quiet: None,
                };
            }
        };
        let question = channel.request(Method::GET, url);
        match channel.ask(question, &self.token).await {
            Ok(answer) => Looked {
                found: mapping::read(&answer.body)
                    .map(Entries::from)
                    .map_err(|error| {
                        let message = "the Hub's answer about the model cannot be read; help: check `hf.hub_url`";
                        InferenceError::new(ErrorKind::MalformedOutput, message).with_source(error)
                    }),
                quiet: used_up(&answer.headers),
            },
            Err(error) => Looked {
                quiet: error
                    .retry_after()
                    .filter(|_| error.kind() == ErrorKind::RateLimited),
                found: Err(error),
            },
        }
    }

    fn channel(&self) -> Result<&Transport, InferenceError> {
        self.channel
            .get_or_init(|| Transport::new(&self.base, self.max_response, &ADVICE))
            .as_ref()
            .map_err(|why| InferenceError::new(ErrorKind::NotConfigured, why))
    }
}
