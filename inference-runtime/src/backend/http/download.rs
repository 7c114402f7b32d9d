//! Fetches what a service has made and left at an address: without credentials, encrypted, up to a size, and never
//! from a private network.

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
    net::{BodyError, NotPublic, PublicOnly, is_public, read_body},
    task::Media,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const MAX_REDIRECTS: usize = 3;

/// Fetches files that services have made.
pub(crate) struct Downloads {
    max_bytes: usize,
    /// Made when the first file is fetched: most programs fetch none.
    public: OnceLock<Result<Client, String>>,
    local: OnceLock<Result<Client, String>>,
}

/// Where a file may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On the public internet, encrypted.
    Public,
    /// On this machine: what stays here has no listeners.
    Local,
}

impl Place {
    fn of(url: &Url) -> Option<Self> {
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

impl Downloads {
    /// Fetches files of so many bytes and no more.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            public: OnceLock::new(),
            local: OnceLock::new(),
        }
    }

    /// The file at an address that a service has given. Only a service on this machine may point to one here.
    pub(crate) async fn fetch(&self, link: &str, service: &Url) -> Result<Media, InferenceError> {
        let Some((url, place)) = Url::parse(link)
            .ok()
            .and_then(|url| Place::of(&url).map(|place| (url, place)))
            .filter(|(_, place)| {
                *place == Place::Public || Place::of(service) == Some(Place::Local)
            })
        else {
            return Err(not_fetched());
        };
        let client = self.client(place)?;
        let mut response = client.get(url).send().await.map_err(unsent)?;
        let status = response.status();
        if !status.is_success() {
            let message = format!(
                "what the service has made cannot be fetched: status {}",
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
                    "what the service has made has more than {} bytes; help: raise `max_response`, or ask for less",
                    self.max_bytes
                ),
            )),
            Err(BodyError::Broken(cause)) => Err(unsent(cause)),
        }
    }

    fn client(&self, place: Place) -> Result<&Client, InferenceError> {
        let client = match place {
            Place::Public => &self.public,
            Place::Local => &self.local,
        };
        client
            .get_or_init(|| new(place))
            .as_ref()
            .map_err(|why| InferenceError::new(ErrorKind::NotConfigured, why))
    }
}

fn new(place: Place) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("inference-runtime/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(Policy::custom(move |attempt| redirect(attempt, place)))
        .referer(false)
        // A proxy would look names up by itself, and reach what is not to be reached.
        .no_proxy()
        .dns_resolver(Arc::new(PublicOnly));
    if place == Place::Local {
        // The machine's certificates need not be there.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        format!(
            "encrypted connections cannot be made ({}); help: install the system's certificates (`ca-certificates`)",
            error.without_url()
        )
    })
}

/// Follows a redirect to where a file may be, too.
fn redirect(attempt: Attempt<'_>, place: Place) -> Action {
    if Place::of(attempt.url()) == Some(place) && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn not_fetched() -> InferenceError {
    InferenceError::new(
        ErrorKind::UnexpectedOutput,
        "the service points to a file that is not on the public internet, or not encrypted; help: take another provider",
    )
}

fn unsent(error: reqwest::Error) -> InferenceError {
    // The address holds the signature that lets it be fetched.
    let error = error.without_url();
    if NotPublic::is_behind(&error) {
        return not_fetched();
    }
    let message = "what the service has made cannot be fetched: its host cannot be reached";
    InferenceError::new(ErrorKind::Unreachable, message).with_source(error)
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::{Downloads, Place};
    use crate::ErrorKind;

    #[test]
    fn knows_where_files_may_be() {
        for address in ["https://a.example/b?signature=c", "https://8.8.8.8/b"] {
            let place = Place::of(&Url::parse(address).expect(address));
            assert!(place == Some(Place::Public), "{address}");
        }
        for address in [
            "http://127.0.0.1:80/b",
            "http://localhost/b",
            "http://[::1]/b",
        ] {
            let place = Place::of(&Url::parse(address).expect(address));
            assert!(place == Some(Place::Local), "{address}");
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
            let place = Place::of(&Url::parse(address).expect(address));
            assert!(place.is_none(), "{address}");
        }
    }

    #[tokio::test]
    async fn only_a_service_here_points_here() {
        let service = Url::parse("https://service.example").expect("an address");
        let downloads = Downloads::new(10);
        for link in ["http://127.0.0.1:1/b", "no address", "https://10.0.0.1/b"] {
            let error = downloads.fetch(link, &service).await.expect_err(link);
            assert_eq!(error.kind(), ErrorKind::UnexpectedOutput, "{link}");
        }
    }
}
