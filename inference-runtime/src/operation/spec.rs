use std::time::Duration;

use super::Model;

/// What an annotation says, without its types: the defaults that `[operations.NAME]` in `inference.toml` may
/// override.
#[derive(Clone, Debug)]
pub struct Spec {
    name: &'static str,
    task: &'static str,
    models: &'static [Model],
    timeout: Option<Duration>,
    cache: Option<Option<Duration>>,
    max_input: Option<usize>,
    fallback: bool,
}

impl Spec {
    /// An operation with this name, asking these models in this order.
    #[must_use]
    pub const fn new(name: &'static str, models: &'static [Model]) -> Self {
        Self {
            name,
            task: "",
            models,
            timeout: None,
            cache: None,
            max_input: None,
            fallback: false,
        }
    }

    /// Keeps answers for so many milliseconds.
    #[must_use]
    pub const fn cache(mut self, ttl_ms: u64) -> Self {
        self.cache = Some(Some(Duration::from_millis(ttl_ms)));
        self
    }

    /// Keeps no answers, whatever the configuration's default.
    #[must_use]
    pub const fn cache_off(mut self) -> Self {
        self.cache = Some(None);
        self
    }

    /// Allows the whole prediction so many milliseconds.
    #[must_use]
    pub const fn timeout(mut self, ms: u64) -> Self {
        self.timeout = Some(Duration::from_millis(ms));
        self
    }

    /// Refuses inputs of more bytes than this.
    #[must_use]
    pub const fn max_input(mut self, bytes: usize) -> Self {
        self.max_input = Some(bytes);
        self
    }

    /// Says that the annotation has a fallback.
    #[must_use]
    pub const fn fallback(mut self) -> Self {
        self.fallback = true;
        self
    }

    pub(super) const fn of_task(mut self, task: &'static str) -> Self {
        self.task = task;
        self
    }

    /// The operation's name in configuration, logs and headers.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The pipeline tag of its task.
    #[must_use]
    pub const fn task(&self) -> &'static str {
        self.task
    }

    /// Its models, in the order in which they are asked.
    #[must_use]
    pub const fn models(&self) -> &'static [Model] {
        self.models
    }

    /// The time for the whole prediction, where the annotation says one.
    #[must_use]
    pub const fn timeout_limit(&self) -> Option<Duration> {
        self.timeout
    }

    /// How long an answer is fresh: `None` where the annotation is silent, `Some(None)` for `cache = false`.
    #[must_use]
    pub const fn cache_ttl(&self) -> Option<Option<Duration>> {
        self.cache
    }

    /// The size in bytes above which an input is refused.
    #[must_use]
    pub const fn max_input_bytes(&self) -> Option<usize> {
        self.max_input
    }

    /// Whether the annotation has a fallback.
    #[must_use]
    pub const fn has_fallback(&self) -> bool {
        self.fallback
    }
}
