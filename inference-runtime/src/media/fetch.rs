//! Fetches media for a caller, from the hosts that the operator has listed and from no other.

use std::{sync::Arc, time::Duration};

use http::{HeaderValue, StatusCode, header};
use reqwest::{
    Client, Url,
    redirect::{Action, Attempt, Policy},
};

use super::hosts::Hosts;
use crate::{
    ConfigError, InferenceError,
    error::ErrorKind,
    net::{BodyError, NotPublic, PublicOnly, read_body},
    task::Media,
};

/// Most of a prediction's time is the model's.
const TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_REDIRECTS: usize = 3;

/// Fetches media.
pub(super) struct Fetcher {
    hosts: Hosts,
    client: Client,
}

impl Fetcher {
    /// One that fetches from these hosts.
    ///
    /// # Errors
    ///
    /// Where a text is no host, or encrypted connections cannot be made.
    pub(super) fn new(hosts: &[String]) -> Result<Self, ConfigError> {
        let hosts = Hosts::parse(hosts)?;
        let mut builder = Client::builder()
            .user_agent(concat!("inference-runtime/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::custom(redirect))
            .referer(false)
            // A proxy would look names up by itself, and reach what is not to be reached.
            .no_proxy()
            .dns_resolver(Arc::new(PublicOnly));
        if hosts.are_local() {
            // The machine's certificates need not be there.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| {
            ConfigError::new(format!(
                "media cannot be fetched over encrypted connections ({}); help: install the system's certificates (`ca-certificates`)",
                error.without_url()
            ))
        })?;
        Ok(Self { hosts, client })
    }

    /// The media at an address: at most so many bytes, and nothing else than media.
    ///
    /// # Errors
    ///
    /// The caller's mistake is [`InvalidInput`](ErrorKind::InvalidInput); a host that cannot be reached is not.
    pub(super) async fn fetch(
        &self,
        address: &str,
        max_bytes: usize,
    ) -> Result<Media, InferenceError> {
        let url =
            Url::parse(address).map_err(|_| invalid("the input is an address that is none"))?;
        if !self.hosts.admit(&url) {
            return Err(invalid(
                "the input is an address of a host that nothing is fetched from; help: send the bytes, base64 or a data URL, or name the host in `media.allow_hosts`",
            ));
        }
        const MEDIA: HeaderValue = HeaderValue::from_static("image/*, audio/*, video/*");
        let mut response = self
            .client
            .get(url)
            .header(header::ACCEPT, MEDIA)
            .send()
            .await
            .map_err(unsent)?;
        check(response.status())?;
        let media_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let bytes = match read_body(&mut response, max_bytes).await {
            Ok(bytes) => bytes,
            Err(BodyError::TooLarge) => {
                return Err(InferenceError::new(
                    ErrorKind::InputTooLarge,
                    format!("the input's address leads to more than {max_bytes} bytes"),
                ));
            }
            Err(BodyError::Broken(cause)) => return Err(unsent(cause)),
        };
        let media = Media::declared(bytes, media_type.as_deref());
        // What else is on a listed host is none of the model's business.
        if media.is_unknown() || !media.may_be_media() {
            return Err(invalid(
                "the input's address leads to no image, sound or video",
            ));
        }
        Ok(media)
    }
}

fn check(status: StatusCode) -> Result<(), InferenceError> {
    if status.is_success() {
        return Ok(());
    }
    let error = if status.is_redirection() {
        invalid(
            "the input's address leads to another host; help: send the address where the media are",
        )
    } else if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        InferenceError::new(
            ErrorKind::Unreachable,
            "the host of the input's address fails",
        )
    } else {
        invalid("the input's address has nothing to fetch")
    };
    Err(error.with_upstream_status(status))
}

/// Follows a redirect only within the origin; every other one stays the answer.
fn redirect(attempt: Attempt<'_>) -> Action {
    let stays = attempt
        .previous()
        .last()
        .is_some_and(|from| from.origin() == attempt.url().origin());
    let plain = attempt.url().username().is_empty() && attempt.url().password().is_none();
    if stays && plain && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn unsent(error: reqwest::Error) -> InferenceError {
    // An address may hold what its owner would not show: a signature, a key.
    let error = error.without_url();
    if NotPublic::is_behind(&error) {
        return invalid(
            "the host of the input's address is in a private network; help: list it in `media.allow_hosts` by its IP address if it is meant",
        );
    }
    let (kind, message) = if error.is_timeout() {
        (
            ErrorKind::Timeout,
            "the host of the input's address did not answer in time",
        )
    } else {
        (
            ErrorKind::Unreachable,
            "the host of the input's address cannot be reached",
        )
    };
    InferenceError::new(kind, message).with_source(error)
}

fn invalid(message: &str) -> InferenceError {
    InferenceError::new(ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reqwest::{
        Client,
        dns::{Name, Resolve, Resolving},
    };

    use super::{NotPublic, unsent};
    use crate::ErrorKind;

    #[tokio::test]
    async fn a_name_without_a_public_address_is_the_callers_mistake() {
        struct Private;

        impl Resolve for Private {
            fn resolve(&self, _: Name) -> Resolving {
                Box::pin(std::future::ready(Err(NotPublic.into())))
            }
        }

        let client = Client::builder()
            .dns_resolver(Arc::new(Private))
            .no_proxy()
            .tls_certs_only([])
            .build()
            .expect("a client");
        let asked = client.get("http://images.example.org/?key=secret");
        let error = unsent(asked.send().await.expect_err("nobody to ask"));
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("private network"), "{error}");
        assert!(!format!("{error:?}").contains("secret"));
    }
}
