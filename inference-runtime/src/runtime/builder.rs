use std::{collections::HashMap, sync::Arc, time::Duration};

use super::{
    AllSettings, Core, Inference, LogOnce, LogThrottle, Plans, Statistics,
    build_backends::build_backend, build_store::build_store, supported,
};
#[cfg(feature = "local")]
use crate::backend::local;
use crate::{
    backend::Backend,
    cache::{Flights, Guard, Refreshes, Store, TIMEOUT},
    config::{Config, ConfigError},
    media::{MediaGate, MediaSettings},
    operation::registered,
    policy::States,
    telemetry::Meters,
};
#[cfg(feature = "hf")]
use crate::{backend::HuggingFace, config::HfSection, operation::DEFAULT_BACKEND};

/// Puts an [`Inference`] together. What is not said is as in a program without any configuration.
#[derive(Default)]
pub struct InferenceBuilder {
    backends: HashMap<String, Arc<dyn Backend>>,
    store: Option<Arc<dyn Store>>,
    store_timeout: Option<Duration>,
    config: Config,
    media: MediaSettings,
    record_content: bool,
}

impl InferenceBuilder {
    /// Registers a backend under the name that stands before `::` in a model; `hf` is the one of models that name
    /// none. A later one of the same name takes the earlier one's place.
    #[must_use]
    pub fn backend(mut self, name: impl Into<String>, backend: impl Backend) -> Self {
        self.backends.insert(name.into(), Arc::new(backend));
        self
    }

    /// Keeps answers here, and not where the configuration says.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Leaves the store out for a moment where it takes longer than this. Default: 50 ms.
    #[must_use]
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.store_timeout = Some(timeout);
        self
    }

    /// Fetches media that a caller gives by their address from these hosts (`images.example.org`,
    /// `cdn.example.org:8443`), in addition to those of the configuration. Addresses elsewhere are refused.
    ///
    /// Only `https` is fetched, without credentials, up to [`max_media_bytes`](Self::max_media_bytes), and nothing
    /// that is no image, sound or video. A redirect to another host is not followed, and a name that leads into a
    /// private network is refused: such a host is listed by its IP address. `http` is for this machine alone
    /// (`localhost`, `127.0.0.1:8080`).
    #[must_use]
    pub fn allow_media_hosts(mut self, hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.media
            .allow_hosts
            .extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Refuses uploads, and media behind addresses, of more bytes than this. Default: 10 MB.
    #[must_use]
    pub fn max_media_bytes(mut self, bytes: usize) -> Self {
        self.media.max_bytes = Some(bytes);
        self
    }

    /// Writes what is asked and answered into the spans of the predictions, each message up to 4 KiB, where the
    /// configuration does not say otherwise. Off where nobody says anything: prompts and answers may hold what is
    /// nobody's business.
    #[must_use]
    pub fn record_content(mut self, yes: bool) -> Self {
        self.record_content = yes;
        self
    }

    /// Reads `inference.toml` and the `INFERENCE_*` variables, and registers the backends they describe: `hf`, with
    /// the token of the environment, and those of `[backends.NAME]`. One that was registered by hand stays.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where one cannot be read.
    pub fn env(mut self) -> Result<Self, ConfigError> {
        self.config = Config::from_env()?;
        #[cfg(feature = "hf")]
        if !self.backends.contains_key(DEFAULT_BACKEND) {
            let hugging_face = hugging_face(&self.config.hf)?;
            self = self.backend(DEFAULT_BACKEND, hugging_face);
        }
        for (name, section) in self.config.backends.iter() {
            // Those that are not used are read all the same: a slip in them is a slip.
            let backend = build_backend(section)?;
            self.backends.entry(name.to_owned()).or_insert(backend);
        }
        Ok(self)
    }

    /// The runtime. The models inside the process are there as `local`, unless another backend has that name.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the configuration speaks of an operation that the program does not have, or names a model
    /// that its backend does not support for the operation's task.
    pub fn build(self) -> Result<Inference, ConfigError> {
        let Self {
            #[cfg_attr(not(feature = "local"), expect(unused_mut))]
            mut backends,
            store,
            store_timeout,
            mut config,
            mut media,
            record_content,
        } = self;
        let record_content = config.telemetry.record_content.unwrap_or(record_content);
        media.allow_hosts.append(&mut config.media.allow_hosts);
        media.max_bytes = config.media.max_size.or(media.max_bytes);
        #[cfg(feature = "local")]
        backends
            .entry(local::NAME.to_owned())
            .or_insert_with(|| Arc::new(local::Local));
        let store = match store {
            Some(store) => store,
            None => build_store(&config.cache)?,
        };
        let store_timeout = store_timeout.or(config.cache.timeout).unwrap_or(TIMEOUT);
        let specs = registered();
        let settings = AllSettings::of(&specs, &config.operations, &config.defaults)?;
        supported::check(&specs, &config.operations, &backends)?;
        let states = States::default();
        let plans = Plans::of(&specs, settings, &backends, &states);
        Ok(Inference {
            core: Arc::new(Core {
                backends,
                store: Arc::new(Guard::new(store, store_timeout)),
                flights: Flights::default(),
                refreshes: Refreshes::default(),
                states,
                plans,
                media: MediaGate::new(&media)?,
                statistics: Statistics::default(),
                meters: Meters::default(),
                record_content,
                skipped: LogOnce::default(),
                unconfigured: LogOnce::default(),
                log_throttle: LogThrottle::default(),
            }),
            report: None,
            no_cache: false,
        })
    }
}

#[cfg(feature = "hf")]
fn hugging_face(section: &HfSection) -> Result<HuggingFace, ConfigError> {
    let mut builder = HuggingFace::builder().token_from_env();
    if let Some(url) = &section.base_url {
        builder = builder.base_url(url);
    }
    if let Some(url) = &section.hub_url {
        builder = builder.hub_url(url);
    }
    for (provider, section) in &section.providers {
        if let Some(variable) = &section.api_key_env {
            builder = builder.provider_key_env(provider, variable);
        }
        if let Some(url) = &section.base_url {
            builder = builder.provider_base_url(provider, url);
        }
    }
    if let Some(organisation) = &section.bill_to {
        builder = builder.bill_to(organisation);
    }
    if let Some(bytes) = section.max_response {
        builder = builder.max_response_bytes(bytes);
    }
    builder.build()
}
