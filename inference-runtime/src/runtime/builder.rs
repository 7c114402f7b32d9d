use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

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
    media::{MediaResolver, MediaSettings},
    operation::registered,
    policy::ModelStates,
    telemetry::Meters,
};
#[cfg(feature = "hf")]
use crate::{backend::HuggingFace, config::HfSection, operation::DEFAULT_BACKEND};

/// Builds an [`Inference`]. Settings that are not set have their defaults.
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
    /// Registers a backend under the name that precedes `::` in a model; models without one use `hf`. Replaces an earlier
    /// backend of the same name.
    #[must_use]
    pub fn backend(mut self, name: impl Into<String>, backend: impl Backend) -> Self {
        self.backends.insert(name.into(), Arc::new(backend));
        self
    }

    /// Sets the cache store, which overrides that of the configuration.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Sets the time limit of the store. A slower store is bypassed for a moment. Default: 50 ms.
    #[must_use]
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.store_timeout = Some(timeout);
        self
    }

    /// Allows media URLs of these hosts (`images.example.org`, `cdn.example.org:8443`), in addition to those of the
    /// configuration. URLs of other hosts are rejected.
    ///
    /// Media are fetched over `https` only, without credentials, up to [`max_media_bytes`](Self::max_media_bytes), and must
    /// be an image, a sound or a video. Redirects to other hosts are not followed. A name that resolves to a private
    /// network is rejected: list such a host by its IP address. `http` is allowed for this machine only (`localhost`,
    /// `127.0.0.1:8080`).
    #[must_use]
    pub fn allow_media_hosts(mut self, hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.media
            .allow_hosts
            .extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Sets the maximum size of uploads and of media fetched from URLs, in bytes. Default: 10 MB.
    #[must_use]
    pub fn max_media_bytes(mut self, bytes: usize) -> Self {
        self.media.max_bytes = Some(bytes);
        self
    }

    /// Records inputs and outputs in the spans of predictions, each message up to 4 KiB, unless the configuration
    /// overrides it. Default: off, since prompts and answers may contain private data.
    #[must_use]
    pub fn record_content(mut self, enabled: bool) -> Self {
        self.record_content = enabled;
        self
    }

    /// Reads `inference.toml` and the `INFERENCE_*` variables, and registers the backends they configure: `hf`, with the
    /// token from the environment, and those of `[backends.NAME]`. Backends registered in code take precedence.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the configuration is invalid.
    pub fn env(mut self) -> Result<Self, ConfigError> {
        self.config = Config::from_env()?;
        #[cfg(feature = "hf")]
        if !self.backends.contains_key(DEFAULT_BACKEND) {
            let hugging_face = hugging_face(&self.config.hf)?;
            self = self.backend(DEFAULT_BACKEND, hugging_face);
        }
        for (name, section) in self.config.backends.iter() {
            // Unused backends are built as well, so that mistakes in them are reported.
            let backend = build_backend(section)?;
            self.backends.entry(name.to_owned()).or_insert(backend);
        }
        Ok(self)
    }

    /// Builds the runtime. In-process models are registered as `local`, unless another backend has that name.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the configuration names an operation that the program does not have, or a model that its backend
    /// does not support for the operation's task.
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
        let settings = AllSettings::new(&specs, &config.operations, &config.defaults)?;
        supported::check(&specs, &config.operations, &backends)?;
        let states = ModelStates::default();
        let plans = Plans::new(&specs, settings, &backends, &states);
        Ok(Inference {
            core: Arc::new(Core {
                backends,
                store: Arc::new(Guard::new(store, store_timeout)),
                flights: Flights::default(),
                refreshes: Refreshes::default(),
                states,
                plans,
                media: MediaResolver::new(&media)?,
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

impl fmt::Debug for InferenceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut backends: Vec<_> = self.backends.keys().collect();
        backends.sort();
        f.debug_struct("InferenceBuilder")
            .field("backends", &backends)
            .field("has_store", &self.store.is_some())
            .field("store_timeout", &self.store_timeout)
            .field("media", &self.media)
            .field("record_content", &self.record_content)
            .finish_non_exhaustive()
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
