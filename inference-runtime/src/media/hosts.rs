//! The hosts that media may be fetched from.

use std::net::IpAddr;

use reqwest::Url;

use crate::ConfigError;

/// A list of allowed hosts.
#[derive(Debug)]
pub(super) struct Hosts(Vec<AllowedHost>);

#[derive(Debug)]
struct AllowedHost {
    /// In the form of a URL: in lower case, an IPv6 address in brackets.
    host: String,
    /// `None`: the default port of the scheme.
    port: Option<u16>,
}

impl Hosts {
    /// Parses `host` and `host:port`.
    ///
    /// # Errors
    ///
    /// If a text is neither.
    pub(super) fn parse(texts: &[String]) -> Result<Self, ConfigError> {
        texts
            .iter()
            .map(|text| AllowedHost::parse(text.trim()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Returns whether a URL is at one of these hosts and cannot be eavesdropped on. It checks the parsed URL, which is the
    /// one that is fetched: how it was written does not matter.
    pub(super) fn allow(&self, url: &Url) -> bool {
        url.username().is_empty()
            && url.password().is_none()
            && self.0.iter().any(|allowed| allowed.matches(url))
    }

    /// Returns whether all hosts are this machine.
    pub(super) fn are_local(&self) -> bool {
        self.0.iter().all(AllowedHost::is_local)
    }
}

impl AllowedHost {
    fn parse(text: &str) -> Result<Self, ConfigError> {
        let invalid = || {
            ConfigError::new(format!(
                "invalid host `{text}` in `media.allow_hosts`; help: write `images.example.org`, or with a port `images.example.org:8443`"
            ))
        };
        if text.is_empty() || text.contains(['/', '\\', '@', '?', '#', '*', '%']) {
            return Err(invalid());
        }
        // The port is parsed from the text: the parser drops the default port of the scheme.
        let url = Url::parse(&format!("https://{text}/")).map_err(|_| invalid())?;
        let host = url.host_str().ok_or_else(invalid)?.to_owned();
        let port = match text.rsplit_once(':') {
            Some((_, port)) if !port.ends_with(']') => Some(port.parse().map_err(|_| invalid())?),
            _ => None,
        };
        Ok(Self { host, port })
    }

    fn matches(&self, url: &Url) -> bool {
        let encrypted = match url.scheme() {
            "https" => true,
            // Local traffic needs no encryption.
            "http" => self.is_local(),
            _ => return false,
        };
        let port = match self.port {
            Some(port) => url.port_or_known_default() == Some(port),
            None => url.port().is_none(),
        };
        encrypted && port && url.host_str() == Some(&self.host)
    }

    fn is_local(&self) -> bool {
        self.host == "localhost"
            || self
                .host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::Hosts;

    fn hosts(texts: &[&str]) -> Hosts {
        let texts: Vec<_> = texts.iter().map(|&text| text.to_owned()).collect();
        Hosts::parse(&texts).expect("hosts")
    }

    #[test]
    fn listed_hosts_are_allowed() {
        let hosts = hosts(&[
            "Images.example.org",
            "cdn.example.org:8443",
            "127.0.0.1:8080",
            "[::1]",
            "192.0.2.7",
        ]);
        for address in [
            "https://images.example.org/cat.png",
            "https://IMAGES.example.org:443/cat.png?size=1#top",
            "https://cdn.example.org:8443/a",
            "http://127.0.0.1:8080/a",
            "https://[::1]/a",
            "http://[::1]/a",
            "https://192.0.2.7/a",
            // Unusual spellings of the same host: the parsed URL is the same.
            "https:images.example.org/cat.png",
            r"https:\\images.example.org\cat.png",
        ] {
            assert!(
                hosts.allow(&Url::parse(address).expect(address)),
                "{address}"
            );
        }
    }

    #[test]
    fn other_hosts_are_refused() {
        let hosts = hosts(&["images.example.org", "cdn.example.org:8443", "192.0.2.7"]);
        for address in [
            "http://images.example.org/",
            "http://192.0.2.7/",
            "ftp://images.example.org/",
            "file://images.example.org/etc/passwd",
            "https://images.example.org:22/",
            "https://cdn.example.org/",
            "https://example.org/",
            "https://a.images.example.org/",
            "https://images.example.org.evil.example/",
            "https://images.example.org./",
            "https://evil.example/images.example.org",
            "https://evil.example/#@images.example.org/",
            "https://images.example.org@evil.example/",
            "https://images.example.org:443@evil.example/",
            "https://me@images.example.org/",
            "https://me:secret@images.example.org/",
            r"https://evil.example\@images.example.org/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:192.0.2.7]/",
            "https://localhost/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0/",
        ] {
            assert!(
                !hosts.allow(&Url::parse(address).expect(address)),
                "{address}"
            );
        }
    }

    #[test]
    fn invalid_hosts_are_refused() {
        for text in [
            "",
            " ",
            "https://images.example.org",
            "images.example.org/cat",
            "*.example.org",
            "me@images.example.org",
            "images.example.org:",
            "images.example.org:port",
            "images example.org",
            "::1",
        ] {
            let error = Hosts::parse(&[text.to_owned()])
                .expect_err(text)
                .to_string();
            assert!(
                error.contains("invalid host") && error.contains("`media.allow_hosts`; help:"),
                "{error}"
            );
        }
    }
}
