use std::time::Duration;

use crate::operation::{Model, Spec};

/// The whole prediction may take this long where nobody says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What operations do that do not say: from the configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defaults {
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<Duration>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            timeout: TIMEOUT,
            cache: None,
        }
    }
}

/// What the configuration says of one operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) models: Option<Vec<Model>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) cache: Option<Option<Duration>>,
}

/// What holds for one operation: the configuration's word, else the annotation's, else the defaults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) models: &'a [Model],
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<Duration>,
    pub(crate) max_input: Option<usize>,
}

impl<'a> Settings<'a> {
    pub(crate) fn of(
        spec: &'static Spec,
        overrides: Option<&'a Overrides>,
        defaults: &Defaults,
    ) -> Self {
        let timeout = overrides
            .and_then(|overrides| overrides.timeout)
            .or(spec.timeout_limit());
        let cache = overrides
            .and_then(|overrides| overrides.cache)
            .or(spec.cache_ttl());
        Self {
            models: overrides
                .and_then(|overrides| overrides.models.as_deref())
                .unwrap_or(spec.models()),
            timeout: timeout.unwrap_or(defaults.timeout),
            cache: cache.unwrap_or(defaults.cache),
            max_input: spec.max_input_bytes(),
        }
    }
}
