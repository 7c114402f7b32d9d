//! The report of the predictions of one request, written as headers of its response.

use std::{
    fmt::{self, Write},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use tokio::time::Instant;

use crate::{answer::Source, operation::Spec};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const INFERENCE_SOURCE: HeaderName = HeaderName::from_static("x-inference-source");

/// The result of the cache lookup.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CacheReport {
    /// The operation has no cache.
    Off,
    /// A fresh entry, with its remaining lifetime.
    Hit { left: Duration },
    /// A stale entry was served: at once, or after all models failed.
    Stale { past: Duration, forwarded: bool },
    /// The model was called, by this request or by another one that shared its call.
    Forwarded { why: Forward, shared: bool },
}

/// Why a request was forwarded to the model.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Forward {
    /// There is no entry.
    Miss,
    /// The entry is stale.
    Stale,
    /// The request bypasses the cache.
    Request,
}

/// The outcome of a prediction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    Answered(Source),
    Failed,
}

/// Formats the result as parameters of `Cache-Status` (RFC 9211).
impl fmt::Display for CacheReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Off => Ok(()),
            Self::Hit { left } => write!(f, "hit; ttl={}", left.as_secs()),
            Self::Stale { past, forwarded } => {
                let status = if forwarded { "fwd=stale" } else { "hit" };
                // At least one second: `ttl=0` would be fresh.
                write!(f, "{status}; ttl=-{}", past.as_secs().max(1))
            }
            Self::Forwarded { why, shared } => {
                let why = match why {
                    Forward::Miss => "uri-miss",
                    Forward::Stale => "stale",
                    Forward::Request => "request",
                };
                let shared = if shared { "; collapsed" } else { "" };
                write!(f, "fwd={why}{shared}")
            }
        }
    }
}

impl CacheReport {
    /// Returns the label for metrics and traces.
    pub(crate) const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Off => None,
            Self::Hit { .. } => Some("hit"),
            Self::Stale { .. } => Some("stale"),
            Self::Forwarded { shared: true, .. } => Some("shared"),
            Self::Forwarded {
                why: Forward::Request,
                ..
            } => Some("bypass"),
            Self::Forwarded { .. } => Some("miss"),
        }
    }

    /// Whether the answer came from a call that another request made.
    pub(crate) const fn is_shared(self) -> bool {
        matches!(self, Self::Forwarded { shared: true, .. })
    }
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Answered(source) => source.as_str(),
            Self::Failed => "error",
        }
    }
}

/// The report of one prediction.
#[derive(Debug)]
pub(crate) struct ReportLine {
    pub(crate) spec: &'static Spec,
    pub(crate) outcome: Outcome,
    pub(crate) cache: CacheReport,
    pub(crate) age: Option<Duration>,
    pub(crate) started: Instant,
    pub(crate) elapsed: Duration,
}

/// The predictions of one request, in the order in which they started.
#[derive(Debug, Default)]
pub(crate) struct Report(Mutex<Vec<ReportLine>>);

impl Report {
    pub(crate) fn add(&self, line: ReportLine) {
        let mut lines = self.lock();
        if lines.is_empty() {
            // Most requests make one prediction.
            lines.reserve_exact(1);
        }
        let index = lines.partition_point(|other| other.started <= line.started);
        lines.insert(index, line);
    }

    /// Marks the answer of this operation as rejected by the handler.
    pub(crate) fn reject(&self, spec: &'static Spec) {
        self.change(spec, Outcome::Failed, |current| {
            matches!(current, Outcome::Answered(_))
        });
    }

    /// Marks the failure of this operation as answered by its fallback.
    pub(crate) fn fall_back(&self, spec: &'static Spec) {
        let fallback = Outcome::Answered(Source::Fallback);
        self.change(spec, fallback, |current| matches!(current, Outcome::Failed));
    }

    fn change(&self, spec: &'static Spec, outcome: Outcome, from: impl Fn(Outcome) -> bool) {
        let mut lines = self.lock();
        let line = lines
            .iter_mut()
            .find(|line| std::ptr::eq(line.spec, spec) && from(line.outcome));
        if let Some(line) = line {
            line.outcome = outcome;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<ReportLine>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes `x-inference-source`, `Server-Timing`, `Cache-Status` ([RFC 9211]) and `Age` ([RFC 9111]), if there was a
    /// prediction. Headers set by the handler are kept: lists are extended, `Age` is unchanged.
    ///
    /// [RFC 9211]: https://www.rfc-editor.org/rfc/rfc9211
    /// [RFC 9111]: https://www.rfc-editor.org/rfc/rfc9111#name-age
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let lines = self.lock();
        if lines.is_empty() {
            return;
        }
        let mut sources = String::with_capacity(16);
        let mut timings = String::with_capacity(96);
        let mut caches = String::with_capacity(96);
        for line in lines.iter() {
            let separator = if sources.is_empty() { "" } else { ", " };
            let outcome = line.outcome.as_str();
            // Writing to a `String` cannot fail.
            let _ = write!(sources, "{separator}{outcome}");
            let tenths = (line.elapsed.as_micros() + 50) / 100;
            let _ = write!(
                timings,
                "{separator}inference;desc=\"{} {outcome}\";dur={}.{}",
                line.spec.name(),
                tenths / 10,
                tenths % 10,
            );
            let separator = if caches.is_empty() { "" } else { ", " };
            if !matches!(line.cache, CacheReport::Off) {
                let _ = write!(
                    caches,
                    "{separator}inference; {}; detail=\"{}\"",
                    line.cache,
                    line.spec.name()
                );
            }
        }
        let age = lines.iter().filter_map(|line| line.age).max();
        append(headers, INFERENCE_SOURCE, &sources);
        append(headers, SERVER_TIMING, &timings);
        append(headers, CACHE_STATUS, &caches);
        if let Some(age) = age {
            headers
                .entry(header::AGE)
                .or_insert(HeaderValue::from(age.as_secs()));
        }
    }
}

/// Appends a line to a list header.
fn append(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if value.is_empty() {
        return;
    }
    // The macro accepts only plain names; a `Spec` built by hand may have any.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(name, value);
    }
}
