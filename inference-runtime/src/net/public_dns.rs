//! DNS lookups that return only addresses of the public internet.

use std::{
    error::Error,
    fmt,
    net::{IpAddr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::public_address::is_public;

/// A resolver that drops addresses that are not on the public internet. It is the resolver of the connection itself, so
/// a name cannot resolve to one address when it is checked and to another when it is connected to (DNS rebinding).
pub(crate) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> = found
                .filter(|address| is_allowed(name.as_str(), address.ip()))
                .collect();
            if addresses.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Returns whether a name may resolve to an address: `localhost` only to this machine, every other name only to public ones.
fn is_allowed(name: &str, address: IpAddr) -> bool {
    if name == "localhost" {
        address.is_loopback()
    } else {
        is_public(address)
    }
}

/// The error for a name that resolves only to addresses in private networks.
#[derive(Debug)]
pub(crate) struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no public address")
    }
}

impl Error for NotPublic {}

impl NotPublic {
    /// Returns whether this is the cause of an error.
    pub(crate) fn is_cause_of(error: &dyn Error) -> bool {
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
    use super::{NotPublic, PublicResolver, is_allowed};
    use reqwest::dns::Resolve;

    #[test]
    fn names_resolve_to_public_addresses_and_localhost_to_loopback() {
        let loopback = "127.0.0.1".parse().expect("an address");
        let private = "10.0.0.1".parse().expect("an address");
        let public = "8.8.8.8".parse().expect("an address");
        assert!(is_allowed("localhost", loopback));
        assert!(!is_allowed("localhost", private));
        assert!(!is_allowed("localhost", public));
        assert!(is_allowed("images.example.org", public));
        assert!(!is_allowed("images.example.org", loopback));
        assert!(!is_allowed("images.example.org", private));
    }

    #[tokio::test]
    async fn the_resolver_returns_only_allowed_addresses() {
        let found = PublicResolver
            .resolve("localhost".parse().expect("a name"))
            .await;
        let found: Vec<_> = found.expect("addresses").collect();
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));

        // An address in place of a name is filtered in the same way.
        let refused = PublicResolver
            .resolve("127.0.0.1".parse().expect("a name"))
            .await;
        let error = refused.err().expect("a private address");
        assert!(error.is::<NotPublic>());
    }
}
