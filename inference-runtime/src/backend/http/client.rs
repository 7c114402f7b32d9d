//! The one pooled HTTP client of a backend.

use std::time::Duration;

use reqwest::{
    Client, StatusCode, Url,
    redirect::{Action, Attempt, Policy},
};

/// A service that takes longer to shake hands is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Below the idle limits of the balancers in front of the service: a connection they have dropped is not tried.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);
/// Finds out that the other side has gone while a long answer is awaited.
const KEEPALIVE: Duration = Duration::from_secs(20);
const MAX_REDIRECTS: usize = 3;

/// A client for this address.
///
/// # Errors
///
/// One sentence for the operator, where encryption cannot be set up.
pub(super) fn new(base: &Url) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("inference-runtime/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tcp_keepalive(KEEPALIVE)
        .http2_keep_alive_interval(KEEPALIVE)
        .redirect(Policy::custom(redirect))
        .referer(false)
        // A proxy that `HTTP_PROXY` names would see the token of a plain http address.
        .no_proxy();
    if base.scheme() == "http" {
        // No redirect leads from here to https, so the machine's certificates need not be there.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        format!("encrypted connections cannot be made ({cause}); help: install the system's certificates (`ca-certificates`)")
    })
}

/// Follows a redirect only where it repeats the question at the same origin; every other one stays the answer.
fn redirect(attempt: Attempt<'_>) -> Action {
    let repeats = matches!(
        attempt.status(),
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    let stays = attempt
        .previous()
        .last()
        .is_some_and(|from| from.origin() == attempt.url().origin());
    if repeats && stays && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}
