//! Shared by everything that reads from a network: bodies of bounded size, and names that resolve to public addresses only.

mod bounded_body;
#[cfg(any(feature = "fetch", feature = "hf"))]
mod public_address;
#[cfg(any(feature = "fetch", feature = "hf"))]
mod public_dns;

pub(crate) use bounded_body::{BodyError, read_body, read_start};
#[cfg(feature = "hf")]
pub(crate) use public_address::is_public;
#[cfg(any(feature = "fetch", feature = "hf"))]
pub(crate) use public_dns::{NotPublic, PublicOnly};
