//! Network helpers: bounded reading of response bodies, and DNS lookups that return only public addresses.

mod bounded_body;
#[cfg(any(feature = "fetch", feature = "hf"))]
mod public_address;
#[cfg(any(feature = "fetch", feature = "hf"))]
mod public_dns;

pub(crate) use bounded_body::{BodyError, read_body, read_start};
#[cfg(feature = "hf")]
pub(crate) use public_address::is_public;
#[cfg(any(feature = "fetch", feature = "hf"))]
pub(crate) use public_dns::{NotPublic, PublicResolver};
