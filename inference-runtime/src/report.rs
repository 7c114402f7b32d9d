//! What happened to the predictions of one request, as headers of its response.

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

/// What the cache did.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CacheReport {
    /// The operation has none.
    Off,
    /// It had a fresh entry.
    Hit { left: Duration },
    /// It had an entry past its time, which was the answer: at once, or since no model had one.
    Stale { past: Duration, forwarded: bool },
    /// The model was asked; the call may have been another request's.
    Forwarded { why: Forward, shared: bool },
}

/// Why the model was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Forward {
    /// There was no entry.
    Miss,
    /// There was one past its time.
    Stale,
    /// The request would not have one.
    Request,
}

/// How a prediction ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    Answered(Source),
    Failed,
}

/// In the words of RFC 9211.
impl fmt::Display for CacheReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Off => Ok(()),
            Self::Hit { left } => write!(f, "hit; ttl={}", left.as_secs()),
            Self::Stale { past, forwarded } => {
                let how = if forwarded { "fwd=stale" } else { "hit" };
                // Whole seconds past its time, at least one: zero would be fresh.
                write!(f, "{how}; ttl=-{}", past.as_secs().max(1))
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
    /// One word for metrics and traces.
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

    /// Whether the answer came by another request's call.
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

/// One prediction.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) spec: &'static Spec,
    pub(crate) outcome: Outcome,
    pub(crate) cache: CacheReport,
    pub(crate) age: Option<Duration>,
    pub(crate) started: Instant,
    pub(crate) elapsed: Duration,
}

/// The predictions of one request, in the order in which they started.
#[derive(Debug, Default)]
pub(crate) struct Report(Mutex<Vec<Line>>);

impl Report {
    pub(crate) fn add(&self, line: Line) {
        let mut lines = self.lock();
        if lines.is_empty() {
            // Most requests make one prediction.
            lines.reserve_exact(1);
        }
        let place = lines.partition_point(|other| other.started <= line.started);
        lines.insert(place, line);
    }

    /// The answer to this operation was of no use to the handler.
    pub(crate) fn refused(&self, spec: &'static Spec) {
        self.change(spec, Outcome::Failed, |now| {
            matches!(now, Outcome::Answered(_))
        });
    }

    /// The failure of this operation was answered by its fallback.
    pub(crate) fn fell_back(&self, spec: &'static Spec) {
        let fallback = Outcome::Answered(Source::Fallback);
        self.change(spec, fallback, |now| matches!(now, Outcome::Failed));
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

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes `x-inference-source`, `Server-Timing`, `Cache-Status` ([RFC 9211]) and `Age` ([RFC 9111]), unless
    /// there was no prediction. What the handler wrote itself is kept: lists grow, `Age` stays.
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

/// Adds a line to a header that is a list.
fn append(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if value.is_empty() {
        return;
    }
    // The macro lets only plain names through; one that was built by hand may hold anything.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(name, value);
    }
}
