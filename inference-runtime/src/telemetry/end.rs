use std::time::Duration;

use crate::answer::{Source, Usage};

/// The error type of a prediction that was dropped before its end.
pub(crate) const CANCELLED: &str = "cancelled";

/// The outcome of a prediction, for its span and metrics.
#[derive(Default)]
pub(crate) struct End<'a> {
    /// `None` if it failed.
    pub(crate) source: Option<Source>,
    pub(crate) error: Option<&'static str>,
    #[cfg_attr(
        not(feature = "metrics"),
        expect(dead_code, reason = "spans measure their own duration")
    )]
    pub(crate) elapsed: Duration,
    pub(crate) model: Option<&'a str>,
    pub(crate) provider: Option<&'a str>,
    pub(crate) age: Option<Duration>,
    pub(crate) usage: Option<Usage>,
    pub(crate) finish_reason: Option<&'a str>,
    pub(crate) cache: Option<&'static str>,
}
