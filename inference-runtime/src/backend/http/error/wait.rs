//! How long a service asks to be left alone.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};

use super::UpstreamError;
use crate::ErrorKind;

/// Longer waits are mistakes of a clock or a unit.
const MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Numbers of seconds from here on are points in time.
const EPOCH_LIKE: f64 = 1e9;

/// Headers that say when a limit is lifted, of which some count in seconds and some in words (`6m0s`).
const RESETS: [&str; 3] = [
    "ratelimit-reset",
    "x-ratelimit-reset",
    "x-ratelimit-reset-requests",
];

/// The wait that an error asks for: by `Retry-After`, by the limit's own headers, or by the time a model needs to load.
pub(super) fn before_retry(
    kind: ErrorKind,
    said: &UpstreamError,
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
            RESETS
                .iter()
                .filter_map(|name| text(name))
                .find_map(|value| {
                    seconds(value, now).or_else(|| humantime::parse_duration(value).ok())
                })
        }),
        ErrorKind::ModelLoading => said
            .estimated_time()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        _ => None,
    };
    wait.filter(|wait| *wait <= MAX)
}

/// How long nothing is left of a limit, as an answer says that is none itself.
#[cfg(feature = "hf")]
pub(crate) fn used_up(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get("ratelimit")?.to_str().ok()?;
    window(said).filter(|wait| *wait <= MAX)
}

/// A number of seconds, or a point in time in seconds.
fn seconds(value: &str, now: SystemTime) -> Option<Duration> {
    let seconds: f64 = value.parse().ok()?;
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    if seconds < EPOCH_LIKE {
        Some(wait)
    } else {
        wait.checked_sub(now.duration_since(UNIX_EPOCH).ok()?)
    }
}

/// A date as HTTP writes it. One that has passed is no wait.
fn date(value: &str, now: SystemTime) -> Option<Duration> {
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// `"api";r=0;t=55`: nothing is left (`r`) for so many seconds (`t`). Several windows are parted by commas; the
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

    use super::{UpstreamError, before_retry};
    use crate::ErrorKind;

    fn wait(kind: ErrorKind, body: &str, headers: &[(&'static str, &str)]) -> Option<Duration> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let value = HeaderValue::from_str(value).expect("a header");
                (HeaderName::from_static(name), value)
            })
            .collect();
        before_retry(
            kind,
            &UpstreamError::read(body.as_bytes(), &headers),
            &headers,
        )
    }

    const LIMITED: ErrorKind = ErrorKind::RateLimited;

    #[test]
    fn reads_every_form_of_a_wait() {
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
                wait(LIMITED, "", &[(name, value)]),
                expected,
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn reads_points_in_time() {
        let then = SystemTime::now() + Duration::from_secs(90);
        let epoch = then
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        for (name, value) in [
            ("retry-after", httpdate::fmt_http_date(then)),
            ("x-ratelimit-reset", epoch.to_string()),
        ] {
            let wait = wait(LIMITED, "", &[(name, &value)]).expect("a wait");
            assert!((85..=90).contains(&wait.as_secs()), "{name}: {wait:?}");
        }
    }

    #[test]
    fn a_loading_model_says_how_long() {
        let body = r#"{"error":"Model X is currently loading","estimated_time":20.0}"#;
        let loading = ErrorKind::ModelLoading;
        assert_eq!(wait(loading, body, &[]), Some(Duration::from_secs(20)));
        assert_eq!(
            wait(loading, body, &[("retry-after", "3")]),
            Some(Duration::from_secs(3))
        );
    }

    #[test]
    fn takes_no_nonsense() {
        for value in ["-1", "NaN", "inf", "soon", "", "99999999", "1e300"] {
            assert_eq!(
                wait(LIMITED, "", &[("retry-after", value)]),
                None,
                "{value}"
            );
        }
        assert_eq!(
            wait(LIMITED, "", &[("ratelimit", "\"api\";r=3;t=55")]),
            None
        );
        assert_eq!(
            wait(ErrorKind::Unauthorized, "", &[("retry-after", "5")]),
            None
        );
    }
}
