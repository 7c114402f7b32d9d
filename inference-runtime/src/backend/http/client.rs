//! The one pooled HTTP client of a backend.

use std::time::Duration;

use reqwest::{
    Client, StatusCode, Url,
    redirect::{Action, Attempt, Policy},
};

/// A service whose handshake takes longer is unreachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Below the idle limits of load balancers in front of services, so that a connection they closed is not reused.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);
/// Detects a dead peer while waiting for a long answer.
const KEEPALIVE: Duration = Duration::from_secs(20);
const MAX_REDIRECTS: usize = 3;

/// Creates a client for this address.
///
/// # Errors
///
/// One sentence for the operator if TLS cannot be set up.
pub(super) fn new(base: &Url) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("inference-runtime/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tcp_keepalive(KEEPALIVE)
        .http2_keep_alive_interval(KEEPALIVE)
        .redirect(Policy::custom(redirect))
        .referer(false)
        // A proxy named by `HTTP_PROXY` would see the token sent to a plain http address.
        .no_proxy();
    if base.scheme() == "http" {
        // No redirect leads from here to https, so the system's certificates are not needed.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        format!("cannot set up TLS ({cause}); help: install the system's certificates (`ca-certificates`)")
    })
}

/// Follows a redirect only if it repeats the request at the same origin; any other redirect is returned as the response.
fn redirect(attempt: Attempt<'_>) -> Action {
    let repeats = matches!(
        attempt.status(),
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    let same_origin = attempt
        .previous()
        .last()
        .is_some_and(|from| from.origin() == attempt.url().origin());
    if repeats && same_origin && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}
