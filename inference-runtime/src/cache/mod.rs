//! Answers kept, and questions asked once.

mod entry;
mod flight;
mod key;
mod memory;
mod store;

pub use entry::Entry;
pub(crate) use entry::EntryOrigin;
pub(crate) use flight::{Flights, Role};
pub use key::Key;
pub(crate) use key::{KeyFields, QuestionKey, question_key};
pub use memory::MemoryStore;
pub use store::{Store, StoreError};
