//! How long to wait before the next request, as a service asks for it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};

use super::upstream_body::UpstreamError;
use crate::ErrorKind;

/// Longer waits are mistakes of a clock or a unit.
const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Numbers of seconds from here on are Unix timestamps.
const MIN_TIMESTAMP: f64 = 1e9;

/// Headers with the time until a limit resets, some in seconds and some with units (`6m0s`).
const RESET_HEADERS: [&str; 3] = [
    "ratelimit-reset",
    "x-ratelimit-reset",
    "x-ratelimit-reset-requests",
];

/// Returns the wait for an error: from `Retry-After`, the headers of the limit, or the loading time of the model.
pub(super) fn retry_after(
    kind: ErrorKind,
    upstream: &UpstreamError,
    headers: &HeaderMap,
) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let now = SystemTime::now();
    let retry_after = text(header::RETRY_AFTER.as_str())
        .filter(|_| kind.is_transient())
        .and_then(|value| seconds(value, now).or_else(|| date(value, now)));
    let wait = match kind {
        _ if retry_after.is_some() => retry_after,
        ErrorKind::RateLimited => text("ratelimit").and_then(window).or_else(|| {
            RESET_HEADERS
                .iter()
                .filter_map(|name| text(name))
                .find_map(|value| {
                    seconds(value, now).or_else(|| humantime::parse_duration(value).ok())
                })
        }),
        ErrorKind::ModelLoading => upstream
            .estimated_time()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        _ => None,
    };
    wait.filter(|wait| *wait <= MAX_WAIT)
}

/// Returns the time until the limit resets, if a successful response reports that it is used up.
#[cfg(feature = "hf")]
pub(crate) fn rate_limit_reset(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("ratelimit")?.to_str().ok()?;
    window(value).filter(|wait| *wait <= MAX_WAIT)
}

/// Parses a number of seconds, or a Unix timestamp.
fn seconds(value: &str, now: SystemTime) -> Option<Duration> {
    let seconds: f64 = value.parse().ok()?;
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    if seconds < MIN_TIMESTAMP {
        Some(wait)
    } else {
        wait.checked_sub(now.duration_since(UNIX_EPOCH).ok()?)
    }
}

/// Parses an HTTP date. The wait is zero if it has passed.
fn date(value: &str, now: SystemTime) -> Option<Duration> {
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Parses `"api";r=0;t=55`: nothing remains (`r`) for so many seconds (`t`). Several windows are separated by commas; the
/// longest of those that are used up counts.
fn window(value: &str) -> Option<Duration> {
    value
        .split(',')
        .filter_map(|window| {
            let item = |name: &str| {
                window
                    .split(';')
                    .filter_map(|item| item.trim().split_once('='))
                    .find(|(key, _)| *key == name)
                    .and_then(|(_, value)| value.parse::<u64>().ok())
            };
            (item("r")? == 0).then_some(Duration::from_secs(item("t")?))
        })
        .max()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{UpstreamError, retry_after};
    use crate::ErrorKind;

    fn wait(kind: ErrorKind, body: &str, headers: &[(&'static str, &str)]) -> Option<Duration> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value).expect("a header");
                (HeaderName::from_static(name), value)
            })
            .collect();
        retry_after(
            kind,
            &UpstreamError::from_body(body.as_bytes(), &headers),
            &headers,
        )
    }

    const RATE_LIMITED: ErrorKind = ErrorKind::RateLimited;

    #[test]
    fn every_form_of_a_wait_is_read() {
        let cases: [(&'static str, &str, u64); 8] = [
            ("retry-after", "7", 7_000),
            ("retry-after", "0.5", 500),
            ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", 0),
            ("ratelimit", "\"api\";r=0;t=55", 55_000),
            (
                "ratelimit",
                "\"a\";r=0;t=5, \"b\";r=0;t=9, \"c\";r=1;t=99",
                9_000,
            ),
            ("ratelimit-reset", "3", 3_000),
            ("x-ratelimit-reset-requests", "1s", 1_000),
            ("x-ratelimit-reset-requests", "6m0s", 360_000),
        ];
        for (name, value, ms) in cases {
            let expected = Some(Duration::from_millis(ms));
            assert_eq!(
                wait(RATE_LIMITED, "", &[(name, value)]),
                expected,
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn points_in_time_are_read() {
        let then = SystemTime::now() + Duration::from_secs(90);
        let epoch = then
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        for (name, value) in [
            ("retry-after", httpdate::fmt_http_date(then)),
            ("x-ratelimit-reset", epoch.to_string()),
        ] {
            let wait = wait(RATE_LIMITED, "", &[(name, &value)]).expect("a wait");
            assert!((85..=90).contains(&wait.as_secs()), "{name}: {wait:?}");
        }
    }

    #[test]
    fn a_loading_model_reports_its_wait() {
        let body = r#"{"error":"Model X is currently loading","estimated_time":20.0}"#;
        let loading = ErrorKind::ModelLoading;
        assert_eq!(wait(loading, body, &[]), Some(Duration::from_secs(20)));
        assert_eq!(
            wait(loading, body, &[("retry-after", "3")]),
            Some(Duration::from_secs(3))
        );
    }

    #[test]
    fn invalid_waits_are_ignored() {
        for value in ["-1", "NaN", "inf", "soon", "", "99999999", "1e300"] {
            assert_eq!(
                wait(RATE_LIMITED, "", &[("retry-after", value)]),
                None,
                "{value}"
            );
        }
        assert_eq!(
            wait(RATE_LIMITED, "", &[("ratelimit", "\"api\";r=3;t=55")]),
            None
        );
        assert_eq!(
            wait(ErrorKind::Unauthorized, "", &[("retry-after", "5")]),
            None
        );
    }
}
