//! The hosts that media are fetched from.

use std::net::IpAddr;

use reqwest::Url;

use crate::ConfigError;

/// The list of them.
#[derive(Debug)]
pub(super) struct Hosts(Vec<Allowed>);

#[derive(Debug)]
struct Allowed {
    /// As in a URL: in lower case, an IPv6 address in brackets.
    host: String,
    /// Without one, the port of the scheme.
    port: Option<u16>,
}

impl Hosts {
    /// Reads `host` and `host:port`.
    ///
    /// # Errors
    ///
    /// Where a text is neither.
    pub(super) fn parse(texts: &[String]) -> Result<Self, ConfigError> {
        texts
            .iter()
            .map(|text| Allowed::parse(text.trim()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether an address is at one of these hosts, and asked for in a way that nobody can listen to. The address is
    /// the parsed one that is fetched: how it was written does not matter.
    pub(super) fn admit(&self, url: &Url) -> bool {
        url.username().is_empty()
            && url.password().is_none()
            && self.0.iter().any(|allowed| allowed.admits(url))
    }

    /// Whether all of them are this machine.
    pub(super) fn are_local(&self) -> bool {
        self.0.iter().all(Allowed::is_local)
    }
}

impl Allowed {
    fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = || {
            ConfigError::new(format!(
                "`{text}` in `media.allow_hosts` is no host; help: write `images.example.org`, or with a port `images.example.org:8443`"
            ))
        };
        if text.is_empty() || text.contains(['/', '\\', '@', '?', '#', '*', '%']) {
            return Err(wrong());
        }
        // The scheme has no port of its own that the parser would drop.
        let url = Url::parse(&format!("https://{text}/")).map_err(|_| wrong())?;
        let host = url.host_str().ok_or_else(wrong)?.to_owned();
        let port = match text.rsplit_once(':') {
            Some((_, port)) if !port.ends_with(']') => Some(port.parse().map_err(|_| wrong())?),
            _ => None,
        };
        Ok(Self { host, port })
    }

    fn admits(&self, url: &Url) -> bool {
        let encrypted = match url.scheme() {
            "https" => true,
            // What stays on this machine has no listeners.
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
    fn admits_what_is_listed() {
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
            // The same host, written oddly: the fetched address is the same, too.
            "https:images.example.org/cat.png",
            r"https:\\images.example.org\cat.png",
        ] {
            assert!(
                hosts.admit(&Url::parse(address).expect(address)),
                "{address}"
            );
        }
    }

    #[test]
    fn admits_nothing_else() {
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
                !hosts.admit(&Url::parse(address).expect(address)),
                "{address}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_host() {
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
                error.contains("`media.allow_hosts` is no host; help:"),
                "{error}"
            );
        }
    }
}
