//! Answers kept, and questions asked once.

mod encoding;
mod entry;
mod flight;
mod guard;
mod key;
mod memory;
<<<<<<< HEAD
mod refresh;
=======
#[cfg(feature = "redis")]
mod redis;
>>>>>>> 381eb2983c551b27929866cb5b8900a7b91a3648
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
<<<<<<< HEAD
pub(crate) use refresh::Refreshes;
=======
#[cfg(feature = "redis")]
pub use redis::{RedisStore, RedisStoreBuilder};
>>>>>>> 381eb2983c551b27929866cb5b8900a7b91a3648
pub use store::{Holder, Store, StoreError};
use validated::Fresh;
pub(crate) use validated::Validated;
