//! Downloads files that a service generated and returned as a URL: without credentials, encrypted, up to a size, and
//! never from a private network.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::header;
use reqwest::{
    Client, Url,
    redirect::{Action, Attempt, Policy},
};

use crate::{
    ErrorKind, InferenceError,
    net::{BodyError, NotPublic, PublicResolver, is_public, read_body},
    task::Media,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const MAX_REDIRECTS: usize = 3;

/// Downloads files that services generated.
pub(crate) struct Downloader {
    max_bytes: usize,
    /// Created for the first download: most programs make none.
    public: OnceLock<Result<Client, String>>,
    local: OnceLock<Result<Client, String>>,
}

/// The hosts that a file may be downloaded from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HostScope {
    /// The public internet, over TLS.
    Public,
    /// This machine: local traffic needs no encryption.
    Local,
}

impl HostScope {
    fn from_url(url: &Url) -> Option<Self> {
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = url.host_str()?;
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        match (url.scheme(), address) {
            ("https", None) if host != "localhost" => Some(Self::Public),
            ("https", Some(address)) if is_public(address) => Some(Self::Public),
            ("http", None) if host == "localhost" => Some(Self::Local),
            ("http", Some(address)) if address.is_loopback() => Some(Self::Local),
            _ => None,
        }
    }
}

impl Downloader {
    /// Creates a downloader of files up to this size.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            public: OnceLock::new(),
            local: OnceLock::new(),
        }
    }

    /// Downloads the file at a URL that a service returned. Only a service on this machine may return a URL on this machine.
    pub(crate) async fn fetch(&self, link: &str, service: &Url) -> Result<Media, InferenceError> {
        let Some((url, scope)) = Url::parse(link)
            .ok()
            .and_then(|url| HostScope::from_url(&url).map(|scope| (url, scope)))
            .filter(|(_, scope)| {
                *scope == HostScope::Public
                    || HostScope::from_url(service) == Some(HostScope::Local)
            })
        else {
            return Err(not_public());
        };
        let client = self.client(scope)?;
        let mut response = client.get(url).send().await.map_err(fetch_failed)?;
        let status = response.status();
        if !status.is_success() {
            let message = format!(
                "the generated file cannot be downloaded: status {}",
                status.as_u16()
            );
            return Err(
                InferenceError::new(ErrorKind::ServiceFailed, message).with_upstream_status(status)
            );
        }
        let media_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        match read_body(&mut response, self.max_bytes).await {
            Ok(bytes) => Ok(Media::declared(bytes, media_type.as_deref())),
            Err(BodyError::TooLarge) => Err(InferenceError::new(
                ErrorKind::OutputTooLarge,
                format!(
                    "the generated file is larger than {} bytes; help: raise `max_response`, or request less",
                    self.max_bytes
                ),
            )),
            Err(BodyError::Broken(cause)) => Err(fetch_failed(cause)),
        }
    }

    fn client(&self, scope: HostScope) -> Result<&Client, InferenceError> {
        let client = match scope {
            HostScope::Public => &self.public,
            HostScope::Local => &self.local,
        };
        client
            .get_or_init(|| new(scope))
            .as_ref()
            .map_err(|reason| InferenceError::new(ErrorKind::NotConfigured, reason))
    }
}

fn new(scope: HostScope) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("inference-runtime/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::custom(move |attempt| redirect(attempt, scope)))
        .referer(false)
        // A proxy would resolve names itself, and could reach private addresses.
        .no_proxy()
        .dns_resolver(Arc::new(PublicResolver));
    if scope == HostScope::Local {
        // No TLS is used, so the system's certificates are not needed.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        format!(
            "cannot set up TLS ({}); help: install the system's certificates (`ca-certificates`)",
            error.without_url()
        )
    })
}

/// Follows a redirect within the same scope.
fn redirect(attempt: Attempt<'_>, scope: HostScope) -> Action {
    if HostScope::from_url(attempt.url()) == Some(scope)
        && attempt.previous().len() <= MAX_REDIRECTS
    {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn not_public() -> InferenceError {
    InferenceError::new(
        ErrorKind::UnexpectedOutput,
        "the service returned a URL that is not on the public internet or not encrypted; help: use another provider",
    )
}

fn fetch_failed(error: reqwest::Error) -> InferenceError {
    // The URL contains the signature that authorizes the download.
    let error = error.without_url();
    if NotPublic::is_cause_of(&error) {
        return not_public();
    }
    let message = "the generated file cannot be downloaded: its host cannot be reached";
    InferenceError::new(ErrorKind::Unreachable, message).with_source(error)
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::{Downloader, HostScope};
    use crate::ErrorKind;

    #[test]
    fn hosts_are_sorted_into_scopes() {
        for address in ["https://a.example/b?signature=c", "https://8.8.8.8/b"] {
            let scope = HostScope::from_url(&Url::parse(address).expect(address));
            assert!(scope == Some(HostScope::Public), "{address}");
        }
        for address in [
            "http://127.0.0.1:80/b",
            "http://localhost/b",
            "http://[::1]/b",
        ] {
            let scope = HostScope::from_url(&Url::parse(address).expect(address));
            assert!(scope == Some(HostScope::Local), "{address}");
        }
        for address in [
            "http://a.example/b",
            "ftp://a.example/b",
            "file:///etc/passwd",
            "https://me@a.example/b",
            "https://127.0.0.1/b",
            "https://2130706433/b",
            "https://localhost/b",
            "https://10.0.0.1/b",
            "https://169.254.169.254/latest/meta-data/",
            "http://169.254.169.254/latest/meta-data/",
            "https://[::ffff:10.0.0.1]/b",
        ] {
            let scope = HostScope::from_url(&Url::parse(address).expect(address));
            assert!(scope.is_none(), "{address}");
        }
    }

    #[tokio::test]
    async fn only_a_local_service_may_return_local_urls() {
        let service = Url::parse("https://service.example").expect("an address");
        let downloader = Downloader::new(10);
        for link in ["http://127.0.0.1:1/b", "no address", "https://10.0.0.1/b"] {
            let error = downloader.fetch(link, &service).await.expect_err(link);
            assert_eq!(error.kind(), ErrorKind::UnexpectedOutput, "{link}");
        }
    }
}
