//! Fetches media from URLs in the input, only from the hosts that the operator has listed.

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
    net::{BodyError, NotPublic, PublicResolver, read_body},
    task::Media,
};

/// Short, since most of a prediction's time is spent in the model.
const TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_REDIRECTS: usize = 3;

/// Fetches media from listed hosts.
pub(super) struct Fetcher {
    hosts: Hosts,
    client: Client,
}

impl Fetcher {
    /// Creates a fetcher for these hosts.
    ///
    /// # Errors
    ///
    /// If a text is not a host, or TLS cannot be set up.
    pub(super) fn new(hosts: &[String]) -> Result<Self, ConfigError> {
        let hosts = Hosts::parse(hosts)?;
        let mut builder = Client::builder()
            .user_agent(concat!("inference-runtime/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::custom(redirect))
            .referer(false)
            // A proxy would resolve names itself, and could reach private addresses.
            .no_proxy()
            .dns_resolver(Arc::new(PublicResolver));
        if hosts.are_local() {
            // No TLS is used, so the system's certificates are not needed.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| {
            ConfigError::new(format!(
                "cannot set up TLS to fetch media ({}); help: install the system's certificates (`ca-certificates`)",
                error.without_url()
            ))
        })?;
        Ok(Self { hosts, client })
    }

    /// Fetches the media at a URL, of at most `max_bytes`. Anything but media is refused.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) for a mistake of the caller; other kinds if the host cannot be reached.
    pub(super) async fn fetch(
        &self,
        address: &str,
        max_bytes: usize,
    ) -> Result<Media, InferenceError> {
        let url = Url::parse(address).map_err(|_| invalid("the input is an invalid URL"))?;
        if !self.hosts.allow(&url) {
            return Err(invalid(
                "the host of the input's URL is not allowed; help: send the bytes, base64 or a data URL, or add the host to `media.allow_hosts`",
            ));
        }
        const MEDIA: HeaderValue = HeaderValue::from_static("image/*, audio/*, video/*");
        let mut response = self
            .client
            .get(url)
            .header(header::ACCEPT, MEDIA)
            .send()
            .await
            .map_err(fetch_failed)?;
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
                    format!("the media at the input's URL is larger than {max_bytes} bytes"),
                ));
            }
            Err(BodyError::Broken(cause)) => return Err(fetch_failed(cause)),
        };
        let media = Media::declared(bytes, media_type.as_deref());
        // Other files on a listed host must not reach the model.
        if media.is_unknown() || !media.may_be_media() {
            return Err(invalid(
                "the file at the input's URL is not an image, audio or video",
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
        invalid("the input's URL redirects to another host; help: send the URL of the media itself")
    } else if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        InferenceError::new(ErrorKind::Unreachable, "the host of the input's URL failed")
    } else {
        invalid("there is no media at the input's URL")
    };
    Err(error.with_upstream_status(status))
}

/// Follows a redirect only within the same origin; any other is returned as the response.
fn redirect(attempt: Attempt<'_>) -> Action {
    let same_origin = attempt
        .previous()
        .last()
        .is_some_and(|from| from.origin() == attempt.url().origin());
    let no_credentials = attempt.url().username().is_empty() && attempt.url().password().is_none();
    if same_origin && no_credentials && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn fetch_failed(error: reqwest::Error) -> InferenceError {
    // The URL may contain a secret: a signature, a key.
    let error = error.without_url();
    if NotPublic::is_cause_of(&error) {
        return invalid(
            "the host of the input's URL is in a private network; help: add its IP address to `media.allow_hosts` if it is intended",
        );
    }
    let (kind, message) = if error.is_timeout() {
        (
            ErrorKind::Timeout,
            "the host of the input's URL did not respond in time",
        )
    } else {
        (
            ErrorKind::Unreachable,
            "the host of the input's URL cannot be reached",
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

    use super::{NotPublic, fetch_failed};
    use crate::ErrorKind;

    #[tokio::test]
    async fn a_name_without_a_public_address_is_invalid_input() {
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
        let request = client.get("http://images.example.org/?key=secret");
        let error = fetch_failed(request.send().await.expect_err("no address"));
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("private network"), "{error}");
        assert!(!format!("{error:?}").contains("secret"));
    }
}
