//! Answers kept, and questions asked once.

mod encoding;
mod entry;
mod flight;
mod guard;
mod key;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod refresh;
mod store;
mod validated;

pub use entry::Entry;
pub(crate) use entry::EntryOrigin;
pub(crate) use flight::{Flights, Role};
pub(crate) use guard::{Guard, TIMEOUT};
pub use key::Key;
#[cfg(test)]
pub(crate) use key::test_key;
pub(crate) use key::{KeyFields, QuestionKey, question_key};
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::{RedisStore, RedisStoreBuilder};
pub(crate) use refresh::Refreshes;
pub use store::{Holder, Store, StoreError};
use validated::Fresh;
pub(crate) use validated::Validated;
