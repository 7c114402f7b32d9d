//! The lookup of names that lead to the public internet and nowhere else.

use std::{
    error::Error,
    fmt,
    net::{IpAddr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::public_address::is_public;

/// Finds the addresses of a name, less those that are not on the public internet. This is the lookup of the
/// connection itself: a name cannot lead to one place when it is checked and to another when it is asked.
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> = found
                .filter(|address| may_be_asked(name.as_str(), address.ip()))
                .collect();
            if addresses.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// `localhost` is this machine, and has been listed as such; every other name is somewhere else.
fn may_be_asked(name: &str, address: IpAddr) -> bool {
    if name == "localhost" {
        address.is_loopback()
    } else {
        is_public(address)
    }
}

/// A name that leads into a private network.
#[derive(Debug)]
pub(crate) struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no public address")
    }
}

impl Error for NotPublic {}

impl NotPublic {
    /// Whether this is why something failed.
    pub(crate) fn is_behind(error: &dyn Error) -> bool {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if inner.is::<Self>() {
                return true;
            }
            cause = inner.source();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{NotPublic, PublicOnly, may_be_asked};
    use reqwest::dns::Resolve;

    #[test]
    fn a_name_leads_out_and_localhost_stays_here() {
        let here = "127.0.0.1".parse().expect("an address");
        let inside = "10.0.0.1".parse().expect("an address");
        let outside = "8.8.8.8".parse().expect("an address");
        assert!(may_be_asked("localhost", here));
        assert!(!may_be_asked("localhost", inside));
        assert!(!may_be_asked("localhost", outside));
        assert!(may_be_asked("images.example.org", outside));
        assert!(!may_be_asked("images.example.org", here));
        assert!(!may_be_asked("images.example.org", inside));
    }

    #[tokio::test]
    async fn the_lookup_gives_only_what_may_be_asked() {
        let found = PublicOnly
            .resolve("localhost".parse().expect("a name"))
            .await;
        let found: Vec<_> = found.expect("addresses").collect();
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));

        // An address in a name's place takes the same way: no lookup, the same judgement.
        let refused = PublicOnly
            .resolve("127.0.0.1".parse().expect("a name"))
            .await;
        let error = refused.err().expect("it is private");
        assert!(error.is::<NotPublic>());
    }
}
