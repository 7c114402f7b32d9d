use std::time::Duration;

use crate::answer::{Source, Usage};

/// The type of error of a prediction that nobody waited for any more.
pub(crate) const CANCELLED: &str = "cancelled";

/// How a prediction ended.
#[derive(Default)]
pub(crate) struct End<'a> {
    /// None where it failed.
    pub(crate) source: Option<Source>,
    pub(crate) error: Option<&'static str>,
    #[cfg_attr(
        not(feature = "metrics"),
        expect(dead_code, reason = "a span knows by itself how long it took")
    )]
    pub(crate) elapsed: Duration,
    pub(crate) model: Option<&'a str>,
    pub(crate) provider: Option<&'a str>,
    pub(crate) age: Option<Duration>,
    pub(crate) usage: Option<Usage>,
    pub(crate) finish_reason: Option<&'a str>,
    pub(crate) cache: Option<&'static str>,
}
