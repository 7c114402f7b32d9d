//! The response cache: keys, entries, stores, single-flight and background refreshes.

#[cfg(feature = "disk")]
mod disk;
mod encoding;
mod entry;
mod flight;
#[cfg(feature = "_fuzz")]
pub(crate) mod fuzz;
mod guard;
mod key;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod refresh;
mod store;
mod tiered;
mod validated;

#[cfg(feature = "disk")]
pub use disk::{DiskStore, DiskStoreBuilder};
pub use entry::Entry;
pub(crate) use flight::{Flights, Role};
pub(crate) use guard::{Guard, TIMEOUT};
pub use key::Key;
#[cfg(test)]
pub(crate) use key::test_key;
pub(crate) use key::{Input as KeyInput, KeyFields, ModelKey, RequestKey};
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::{RedisStore, RedisStoreBuilder};
pub(crate) use refresh::Refreshes;
pub use store::{LeaseToken, Store, StoreError};
pub use tiered::Tiered;
use validated::Fresh;
pub(crate) use validated::Validated;
